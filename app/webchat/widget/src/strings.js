/** Every sentence of the widget, in the languages it speaks. */

const NAMES = ["en", "pt", "es", "ar"];

const TABLE = {
  open: ["Open chat", "Abrir o chat", "Abrir el chat", "افتح المحادثة"],
  close: ["Close chat", "Fechar o chat", "Cerrar el chat", "أغلق المحادثة"],
  unread: ["{n} unread", "{n} não lidas", "{n} sin leer", "{n} غير مقروءة"],
  log: ["Conversation", "Conversa", "Conversación", "المحادثة"],
  hello: ["Hi! How can we help?", "Olá! Como podemos ajudar?", "¡Hola! ¿En qué podemos ayudarte?", "مرحبًا! كيف يمكننا مساعدتك؟"],
  write: ["Write a message", "Escreva uma mensagem", "Escribe un mensaje", "اكتب رسالة"],
  send: ["Send", "Enviar", "Enviar", "أرسل"],
  attach: ["Attach a file", "Anexar um arquivo", "Adjuntar un archivo", "أرفق ملفًا"],
  record: ["Record a voice message", "Gravar uma mensagem de voz", "Grabar un mensaje de voz", "سجّل رسالة صوتية"],
  recording: ["Recording", "Gravando", "Grabando", "جارٍ التسجيل"],
  discard: ["Discard", "Descartar", "Descartar", "تجاهل"],
  no_mic: ["The microphone is not available", "O microfone não está disponível", "El micrófono no está disponible", "الميكروفون غير متاح"],
  voice: ["Voice message", "Mensagem de voz", "Mensaje de voz", "رسالة صوتية"],
  image: ["Image", "Imagem", "Imagen", "صورة"],
  download: ["Download {name}", "Baixar {name}", "Descargar {name}", "نزّل {name}"],
  you: ["You", "Você", "Tú", "أنت"],
  wrote: ["{who}, {time}", "{who}, {time}", "{who}، {time}", "{who}، {time}"],
  today: ["Today", "Hoje", "Hoy", "اليوم"],
  yesterday: ["Yesterday", "Ontem", "Ayer", "أمس"],
  typing: ["is typing…", "está digitando…", "está escribiendo…", "يكتب الآن…"],
  connecting: ["Connecting…", "Conectando…", "Conectando…", "جارٍ الاتصال…"],
  offline: ["You are offline. What you write is sent when you are back.", "Você está sem conexão. O que escrever será enviado quando ela voltar.", "No tienes conexión. Lo que escribas se enviará cuando vuelva.", "أنت غير متصل. سيُرسل ما تكتبه عند عودة الاتصال."],
  waiting: ["Waiting to be sent", "Aguardando envio", "Esperando para enviarse", "بانتظار الإرسال"],
  sent: ["Sent", "Enviada", "Enviado", "أُرسلت"],
  seen: ["Seen", "Vista", "Visto", "شوهدت"],
  failed: ["Not sent", "Não enviada", "No enviado", "لم تُرسل"],
  retry: ["Try again", "Tentar de novo", "Reintentar", "أعد المحاولة"],
  gone: ["This message was deleted", "Esta mensagem foi apagada", "Este mensaje fue eliminado", "حُذفت هذه الرسالة"],
  edited: ["edited", "editada", "editado", "معدّلة"],
  earlier: ["Earlier messages", "Mensagens anteriores", "Mensajes anteriores", "رسائل أقدم"],
  looking: ["Loading earlier messages…", "Carregando mensagens anteriores…", "Cargando mensajes anteriores…", "جارٍ تحميل الرسائل الأقدم…"],
  not_loaded: ["Earlier messages could not be loaded", "Não foi possível carregar as mensagens anteriores", "No se pudieron cargar los mensajes anteriores", "تعذّر تحميل الرسائل الأقدم"],
  added: ["Earlier messages added: {n}", "Mensagens anteriores adicionadas: {n}", "Mensajes anteriores añadidos: {n}", "أُضيفت رسائل أقدم: {n}"],
  beginning: ["This is the beginning of the conversation", "Este é o início da conversa", "Este es el comienzo de la conversación", "هذه بداية المحادثة"],
  reply: ["Reply", "Responder", "Responder", "رد"],
  react: ["React", "Reagir", "Reaccionar", "تفاعل"],
  unreact: ["Remove your reaction {emoji}", "Remover sua reação {emoji}", "Quitar tu reacción {emoji}", "أزل تفاعلك {emoji}"],
  reacted: ["{who} reacted with {emoji}", "{who} reagiu com {emoji}", "{who} reaccionó con {emoji}", "تفاعل {who} بـ {emoji}"],
  quoted: ["Replying to {who}", "Respondendo a {who}", "Respondiendo a {who}", "ردًا على {who}"],
  yourself: ["yourself", "você", "ti", "نفسك"],
  unquote: ["Do not quote", "Não citar", "No citar", "بدون اقتباس"],
  keys: ["Arrow keys choose a message", "As setas escolhem uma mensagem", "Las flechas eligen un mensaje", "تختار مفاتيح الأسهم رسالة"],
  file: ["File", "Arquivo", "Archivo", "ملف"],
  choose: ["Choose an answer", "Escolha uma resposta", "Elige una respuesta", "اختر إجابة"],
  name: ["Your name", "Seu nome", "Tu nombre", "اسمك"],
  email: ["Your e-mail", "Seu e-mail", "Tu correo", "بريدك الإلكتروني"],
  agree: ["I agree", "Concordo", "Acepto", "أوافق"],
  begin: ["Start the chat", "Iniciar a conversa", "Iniciar el chat", "ابدأ المحادثة"],
  needed: ["Please fill this in", "Preencha este campo", "Completa este campo", "يرجى ملء هذا الحقل"],
  bad_email: ["This is not an e-mail address", "Este e-mail não é válido", "Este correo no es válido", "هذا ليس بريدًا إلكترونيًا"],
  must_agree: ["Please agree before we begin", "Aceite antes de começarmos", "Acepta antes de empezar", "يرجى الموافقة قبل أن نبدأ"],
  too_long: ["{n} characters too many", "{n} caracteres a mais", "Sobran {n} caracteres", "{n} حرفًا زائدًا"],
  too_large: ["The file is too large", "O arquivo é grande demais", "El archivo es demasiado grande", "الملف كبير جدًا"],
  bad_type: ["Files of this type cannot be sent here", "Arquivos deste tipo não podem ser enviados aqui", "Aquí no se pueden enviar archivos de este tipo", "لا يمكن إرسال هذا النوع من الملفات هنا"],
  trouble: ["Something went wrong. Try again in a moment.", "Algo deu errado. Tente de novo em instantes.", "Algo salió mal. Inténtalo de nuevo en un momento.", "حدث خطأ ما. أعد المحاولة بعد قليل."],
  dismiss: ["Dismiss", "Dispensar", "Descartar", "إخفاء"],
};

/** Return the first language that is wanted and offered, by its first two letters. */
export function languageOf(wanted, offered = NAMES) {
  const found = wanted.map((each) => String(each ?? "").slice(0, 2).toLowerCase()).find((each) => offered.includes(each) && NAMES.includes(each));
  return found ?? offered.find((each) => NAMES.includes(each)) ?? "en";
}

/** Return the function that says a sentence in a language; `{name}` is filled in. */
export function speaker(language) {
  const column = Math.max(0, NAMES.indexOf(language));
  return (key, values = {}) => TABLE[key][column].replace(/\{(\w+)\}/gu, (_, name) => values[name] ?? "");
}

/** Say whether a language is written from right to left. */
export const isRightToLeft = (language) => language === "ar";
