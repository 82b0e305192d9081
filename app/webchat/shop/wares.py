"""What the demo's shop says and sells, in Portuguese and Arabic."""

from __future__ import annotations

from typing import Any

LANGUAGES: dict[str, dict[str, Any]] = {
    "pt": {
        "title": "Loja Aurora — roupas e casa",
        "brand": "Loja Aurora",
        "menu": "Seções",
        "sections": ["Roupas", "Acessórios", "Casa"],
        "other": "العربية",
        "note": "Frete grátis acima de R$ 199 · Troca fácil em 30 dias",
        "headline": "Feito para dias que começam cedo.",
        "lead": "Linho, couro e tricô de pequenas oficinas brasileiras. Ficou com dúvida sobre tamanho, "
        "prazo ou troca? Chame no chat: quem responde é gente.",
        "cta": "Ver novidades",
        "new": "Novidades",
        "season": "Verão 2026",
        "why": [
            ("Entrega em 3 dias", "Para as capitais, com acompanhamento do pedido."),
            ("Troca sem custo", "30 dias para experimentar em casa."),
            ("Atendimento de verdade", "Segunda a sábado, das 9h às 18h."),
        ],
        "foot": "Loja Aurora é uma loja de demonstração: nada aqui está à venda.",
    },
    "ar": {
        "title": "متجر أورورا — ملابس ومنزل",
        "brand": "متجر أورورا",
        "menu": "الأقسام",
        "sections": ["ملابس", "إكسسوارات", "المنزل"],
        "other": "Português",
        "note": "شحن مجاني للطلبات فوق ١٩٩ · استبدال سهل خلال ٣٠ يومًا",
        "headline": "لأيام تبدأ باكرًا.",
        "lead": "كتّان وجلد وحياكة من ورش صغيرة. هل لديك سؤال عن المقاس أو التوصيل أو الاستبدال؟ "
        "راسلنا في المحادثة، وسيجيبك إنسان.",
        "cta": "شاهد الجديد",
        "new": "وصل حديثًا",
        "season": "صيف ٢٠٢٦",
        "why": [
            ("توصيل خلال ٣ أيام", "إلى المدن الكبرى مع تتبّع الطلب."),
            ("استبدال مجاني", "٣٠ يومًا لتجربته في البيت."),
            ("خدمة من أشخاص", "من الاثنين إلى السبت، ٩ صباحًا حتى ٦ مساءً."),
        ],
        "foot": "متجر أورورا متجر تجريبي: لا شيء هنا معروض للبيع.",
    },
}

WARES: dict[str, list[tuple[str, str]]] = {
    "pt": [
        ("Vestido midi azul", "R$ 249"),
        ("Camisa de linho branca", "R$ 189"),
        ("Tênis de corrida", "R$ 399"),
        ("Bolsa de couro caramelo", "R$ 459"),
        ("Luminária de mesa", "R$ 219"),
        ("Manta de tricô", "R$ 179"),
    ],
    "ar": [
        ("الفستان الأزرق", "R$ 249"),
        ("قميص الكتان الأبيض", "R$ 189"),
        ("حذاء الجري", "R$ 399"),
        ("الحقيبة الجلدية", "R$ 459"),
        ("مصباح المكتب", "R$ 219"),
        ("البطانية المحبوكة", "R$ 179"),
    ],
}


def _drawing(ground: str, shapes: str) -> str:
    return f'<svg viewBox="0 0 400 300" aria-hidden="true"><path fill="{ground}" d="M0 0h400v300H0z"/>{shapes}</svg>'


DRAWINGS = [
    _drawing(
        "#d9e5ea",
        '<path d="M176 44c5 20 43 20 48 0l26 10-10 44-12 6 40 142c-44 16-92 16-136 0l40-142-12-6-10-44z" '
        'fill="#2f5d86"/>'
        '<path d="M170 118h60" stroke="#d9e5ea" stroke-width="5"/>',
    ),
    _drawing(
        "#ece3d3",
        '<path d="M166 52l34 18 34-18 62 26 26 82-42 14-10-34v112H130V140l-10 34-42-14 26-82z" fill="#fffdf8"/>'
        '<path d="M200 70v182M166 52l34 34 34-34" fill="none" stroke="#d8cdb8" stroke-width="5"/>',
    ),
    _drawing(
        "#f3d9cc",
        '<path d="M72 150c34 10 66-6 80-34l96 60c28 14 74 8 82 40v24H72z" fill="#c4623f"/>'
        '<path d="M64 226h270c6 22-4 34-22 34H84c-18 0-24-14-20-34z" fill="#fffdf8"/>'
        '<path d="M176 142l-18 22M204 158l-18 22M232 174l-18 22" stroke="#fffdf8" '
        'stroke-width="7" stroke-linecap="round"/>',
    ),
    _drawing(
        "#efe0c4",
        '<path d="M140 132c0-96 120-96 120 0" fill="none" stroke="#6f3f26" stroke-width="11"/>'
        '<path d="M104 124h192l18 126a14 14 0 0 1-14 16H100a14 14 0 0 1-14-16z" fill="#a5673a"/>'
        '<path d="M96 186h208" stroke="#6f3f26" stroke-width="4"/>'
        '<rect x="180" y="172" width="40" height="30" rx="7" fill="#f0b64c"/>',
    ),
    _drawing(
        "#dfe6dc",
        '<path d="M156 54h88l38 98H118z" fill="#f0b64c"/><path d="M200 152v94" stroke="#22201c" stroke-width="9"/>'
        '<path d="M146 252h108" stroke="#22201c" stroke-width="14" stroke-linecap="round"/>'
        '<path d="M118 152h164l40 96H78z" fill="#f0b64c" opacity=".22"/>',
    ),
    _drawing(
        "#e9dfe6",
        '<rect x="82" y="72" width="236" height="150" rx="20" fill="#8a5a78"/>'
        '<path d="M82 112h236M82 150h236M82 188h236" stroke="#a97997" stroke-width="9" stroke-dasharray="17 9"/>'
        '<path d="M98 222v30M126 222v30M154 222v30M182 222v30M210 222v30M238 222v30M266 222v30M294 222v30" '
        'stroke="#8a5a78" stroke-width="7" stroke-linecap="round"/>',
    ),
]
"""One for each ware, in order."""
