var lt="en",ct,Et={},P=new Map;function Ot(s){lt=(s.locale??"en").replace("_","-"),ct=s.timezone||void 0,Et=s.strings??{},
P.clear()}function n(s,t={}){return(Et[s]??s).replace(/\{(\w+)\}/gu,(e,i)=>i in t?String(t[i]):e)}function O(s,t){let e=s.
name+JSON.stringify(t);return P.has(e)||P.set(e,new s(lt,t)),P.get(e)}var N=s=>O(Intl.DateTimeFormat,{...s,timeZone:ct}),
z=s=>N({hour:"2-digit",minute:"2-digit"}).format(new Date(s)),x=s=>N({dateStyle:"medium",timeStyle:"short"}).format(new Date(
s));function dt(s){let t=new Intl.DateTimeFormat("en-US-u-hc-h23",{timeZone:ct,year:"numeric",month:"numeric",day:"numer\
ic",hour:"numeric",minute:"numeric"}).formatToParts(s),{year:e,month:i,day:a,hour:l,minute:r}=Object.fromEntries(t.map(d=>[
d.type,Number(d.value)]));return{year:e,month:i,day:a,hour:l,minute:r,weekday:new Date(Date.UTC(e,i-1,a)).getUTCDay()}}function ht(s,t,e,i,a=0){
let l=Date.UTC(s,t-1,e,i,a),r=m=>{let c=dt(new Date(m));return Date.UTC(c.year,c.month-1,c.day,c.hour,c.minute)},d=l-(r(
l)-l);return new Date(d-(r(d)-l))}var D=s=>N({year:"numeric",month:"2-digit",day:"2-digit"}).format(new Date(s)),ut=(s,t)=>D(
s)===D(t);function pt(s){for(let t of[0,-1])if(D(s)===D(Date.now()+t*864e5))return O(Intl.RelativeTimeFormat,{numeric:"a\
uto"}).format(t,"day");return N({weekday:"long",day:"numeric",month:"long",year:"numeric"}).format(new Date(s))}function I(s){
return s?D(s)===D(Date.now())?z(s):N({day:"numeric",month:"short"}).format(new Date(s)):""}function R(s){let t=Math.max(
0,Math.floor(s/6e4)),[e,i]=t<60?[t,"minute"]:t<2880?[Math.floor(t/60),"hour"]:[Math.floor(t/1440),"day"];return O(Intl.NumberFormat,
{style:"unit",unit:i,unitDisplay:"narrow"}).format(e)}var mt=s=>`${Math.floor(s/60)}:${String(s%60).padStart(2,"0")}`,B=s=>s>=
1e3?`${O(Intl.NumberFormat,{}).format(1e3)}+`:O(Intl.NumberFormat,{}).format(s??0);function j(s){let[t,e]=s<1e6?[Math.max(
1,Math.round(s/1e3)),"kilobyte"]:[s/1e6,"megabyte"];return O(Intl.NumberFormat,{style:"unit",unit:e,maximumFractionDigits:1}).
format(t)}function ft(s,t){try{return O(Intl.NumberFormat,{style:"currency",currency:t}).format(s)}catch(e){if(e instanceof
RangeError)return`${s} ${t??""}`.trim();throw e}}function Lt(s){let t=(s??"").replace(/[^\p{L}\p{N}\s]/gu,"").trim().split(
/\s+/u).filter(Boolean);return(t.length>1?[t[0],t.at(-1)]:t).map(i=>[...i][0].toLocaleUpperCase(lt)).join("")||"?"}var qt=s=>[
...s??""].reduce((t,e)=>(t*31+e.codePointAt(0))%360,7),me={whatsapp:"WhatsApp",messenger:"Messenger",instagram:"Instagra\
m",telegram:"Telegram",email:"E-mail",sms:"SMS",x:"X",webchat:"Chat"},Dt=s=>me[s]??s,A=s=>s.contact.name??(s.inbox.channel===
"webchat"?n("Visitor {id}",{id:(s.contact.address??"").slice(0,4)}):s.contact.address);var $=class extends Error{constructor(t,e,i,a={}){super(i),Object.assign(this,{status:t,code:e,facts:a})}get isPassing(){
return this.status===0||this.status===429||this.status>=500}};function $t(s,t){s===401&&location.assign(`/login?next=${encodeURIComponent(
location.pathname+location.search)}`);let e=t?.error??{};return new $(s,e.code??"unknown",e.message??`HTTP ${s}`,e.facts??
{})}async function W(s,t,e,i){let a={Accept:"application/json"};s!=="GET"&&(a["X-Prosa"]="1"),e!==void 0&&(a["Content-Ty\
pe"]="application/json");let l;try{l=await fetch(`/api${t}`,{method:s,headers:a,signal:i,credentials:"same-origin",body:e===
void 0?void 0:JSON.stringify(e)})}catch(d){throw d.name==="AbortError"?d:new $(0,"offline","No connection")}let r=await l.
json().catch(()=>null);if(!l.ok)throw $t(l.status,r);return r??{}}var k=(s,t)=>W("GET",s,void 0,t),M=(s,t={})=>W("POST",
s,t),H=(s,t)=>Array.isArray(s)?s:s[t]??s.items??[];function U(s,t){let e=new XMLHttpRequest,i=new Promise((l,r)=>{e.upload.
onprogress=d=>d.lengthComputable&&t(d.loaded/d.total),e.onload=()=>e.status<300?l(e.response):r($t(e.status,e.response)),
e.onerror=()=>r(new $(0,"offline","No connection")),e.onabort=()=>r(new $(0,"aborted","Stopped"))});e.open("POST","/api/\
uploads"),e.responseType="json",e.setRequestHeader("X-Prosa","1");let a=new FormData;return a.append("file",s),e.send(a),
{done:i,abort:()=>e.abort()}}var fe=40,Nt=50,ge=60,y=s=>s.message_id??s.note_id??s.event_id,be={newest:(s,t)=>(t.last_message_at??"").localeCompare(s.
last_message_at??""),oldest:(s,t)=>(s.last_message_at??"").localeCompare(t.last_message_at??""),waiting:(s,t)=>(s.waiting_since_at??
"9").localeCompare(t.waiting_since_at??"9")},gt=(s,t)=>!!(s&&t)&&s!==t&&s.contact.customer_id===t.contact.customer_id&&(s.
inbox.inbox_id!==t.inbox.inbox_id||s.contact.contact_id!==t.contact.contact_id),F=class{constructor(t,e){this.me=t,this.
filters={tab:"mine",status:"open",sort:"newest",...e},this.known=new Map,this.order=[],this.cursor=null,this.counts={},this.
threads=new Map,this.loading=new Map}query(t){let e=Object.entries(this.filters).filter(([,i])=>i);return new URLSearchParams(
[...e,["limit",fe],...t?[["cursor",t]]:[]]).toString()}async load(t=!1){this.abort?.abort(),this.abort=new AbortController;
let e=await k(`/conversations?${this.query(t?this.cursor:null)}`,this.abort.signal);for(let a of e.conversations)this.learn(
a);let i=e.conversations.map(a=>a.conversation_id);this.order=t?[...this.order,...i.filter(a=>!this.order.includes(a))]:
i,this.cursor=e.next_cursor,this.counts=e.counts??this.counts}learn(t){let e=t.conversation_id,i=this.known.get(e);i&&i.
contact.customer_id!==t.contact.customer_id&&this.regroup(i);let a=!i||t.version>=i.version;this.known.set(e,a?{...i,...t}:
{...t,...i});for(let l of t.doors??[])this.learn(l);return this.known.get(e)}regroup(t){for(let e of[...this.beside(t.conversation_id),
t.conversation_id])this.threads.delete(e);delete t.capabilities,delete t.doors}belongs(t){let e=this.filters,i=t.assignee?.
person_id;return e.q?this.order.includes(t.conversation_id):(e.status==="any"||t.status===e.status)&&(e.tab==="all"||(e.
tab==="mine"?i===this.me.person_id:!i))&&(!e.inbox_id||t.inbox.inbox_id===e.inbox_id)&&(!e.channel||t.inbox.channel===e.
channel)&&(!e.tag||t.tags.includes(e.tag))&&(!e.assignee_id||i===e.assignee_id)&&(!e.unread||t.unread_count>0)&&(!e.waiting||
!!t.waiting_since_at)}place(t){let e=this.known.get(t);if(this.order=this.order.filter(l=>l!==t),!e||!this.belongs(e))return;
let i=be[this.filters.sort],a=this.order.findIndex(l=>i(e,this.known.get(l))<0);a>=0?this.order.splice(a,0,t):this.cursor||
this.order.push(t)}forget(t){for(let e of this.beside(t))this.threads.delete(e);this.known.delete(t),this.threads.delete(
t),this.order=this.order.filter(e=>e!==t)}thread(t){if(this.threads.has(t))return Promise.resolve(this.threads.get(t));if(!this.
loading.has(t)){let e=this.fetchThread(t).finally(()=>this.loading.delete(t));this.loading.set(t,e)}return this.loading.
get(t)}async fetchThread(t){let e=[];this.missed??=new Map,this.missed.set(t,e);try{let i=await k(`/conversations/${t}/t\
hread?limit=${Nt}`),a={entries:i.entries,before:i.before,reached:i.reached_seq??0};this.threads.set(t,a);for(let[l,r]of e)
l>a.reached&&this.merge(t,r);return this.threads.size>ge&&this.threads.delete(this.threads.keys().next().value),a}finally{
this.missed.delete(t)}}async older(t){let e=this.threads.get(t);if(!e?.before)return[];let i=await k(`/conversations/${t}\
/thread?limit=${Nt}&before=${encodeURIComponent(e.before)}`),a=new Set(e.entries.map(y)),l=i.entries.filter(r=>!a.has(y(
r)));return e.entries.unshift(...l),e.before=i.before,l}apply(t){let e=t.conversation.conversation_id;if(t.counts&&(this.
counts=t.counts),t.conversation.gone)return this.forget(e),[];this.learn(t.conversation),this.place(e);for(let i of this.
beside(e))this.take(i,t.seq,(t.entries??[]).filter(a=>a.type!=="activity"));return this.take(e,t.seq,t.entries??[])}take(t,e,i){
this.missed?.get(t)?.push([e,i]);let a=this.threads.get(t);return a&&e>a.reached?this.merge(t,i):[]}beside(t){let e=this.
known.get(t);return[...new Set([...this.threads.keys(),...this.loading.keys()])].filter(i=>gt(this.known.get(i),e))}merge(t,e){
let i=this.threads.get(t);if(!i)return[];let a=[];for(let l of e){let r=i.entries.findIndex(d=>y(d)===y(l));if(r>=0)i.entries[r]=
l;else{let d=i.entries.length;for(;d>0&&i.entries[d-1].at>l.at;)d-=1;i.entries.splice(d,0,l),a.push(l)}}return a}reset(){
this.threads.clear();for(let t of this.known.values())t.version=-1}};var ve=s=>({"conversation.assigned":n("{name} assigned it",{name:s}),"conversation.resolved":n("{name} resolved it",{name:s}),
"conversation.snoozed":n("{name} snoozed it",{name:s}),"conversation.reopened":n("{name} reopened it",{name:s}),"message\
.received":n("the customer wrote"),"message.queued":n("{name} replied",{name:s}),"send.requested":n("{name} replied",{name:s})});
function we(s){let t=(s.changed??[]).map(({event:e,by:i,at:a})=>`${ve(i?.name??i??n("Somebody"))[e]??n("something change\
d")}${a?` (${z(a)})`:""}`);return t.length?n("Meanwhile: {what}. It has been loaded again.",{what:[...new Set(t)].join("\
, ")}):n("It changed since you looked. It has been loaded again.")}function zt(s){async function t(c,u,f,g){try{let p=await M(
`/conversations/${c.conversation_id}${u}`,u==="/take-over"?f:{...f,version:c.version});e(p.conversation),g&&s.say(g,!0)}catch(p){
p.code!=="conflict"?s.say(p.message):(s.say(we(p.facts)),await i(c.conversation_id))}}function e(c){s.store.learn(c),s.store.
place(c.conversation_id),s.list.paint(),s.selected===c.conversation_id&&(s.thread.paintHead(),s.composer.paint())}async function i(c){
await s.fetchOne(c)&&e(s.store.known.get(c))}async function a(c,u,f,g){try{e((await W(u,`/conversations/${c.conversation_id}\
/tags${f}`,g)).conversation)}catch(p){s.say(p.message)}}async function l(c,u,f,g){let p=s.store.order.indexOf(c.conversation_id);
await t(c,u,f,g);let v=!s.store.order.includes(c.conversation_id);v&&innerWidth<=760?s.back():v&&p>=0&&s.selected===c.conversation_id&&
s.store.order.length&&s.select(s.store.order[Math.min(p,s.store.order.length-1)])}async function r(c){let u=c.type==="no\
te",f=c.conversation_id;try{let g=await M(`/conversations/${f}/${u?"notes":"replies"}`,c.body),p=g.message??g.note;s.outbox.
remove(c.client_id);let v=s.store.threads.get(f)?.entries.some(_=>y(_)===y(p));v||s.store.merge(f,[p]),d(f,v?[]:[p])}catch(g){
Object.assign(c,{delivery_status:"unsent",problem:g.code==="offline"?n("No connection. It will be sent when the line is \
back."):g.message,isPassing:g.isPassing}),s.outbox.save(),d(f,[c]),["window_closed","held_elsewhere"].includes(g.code)&&
await i(f)}}function d(c,u){s.selected===c&&s.thread.update(u)}function m(c,u,f,g){let p=s.outbox.add(c.conversation_id,
u,f,g);return d(c.conversation_id,[p]),s.thread.toEnd(),r(p)}return{claim:c=>c.assignee?.person_id===s.me.person_id?null:
t(c,"/claim",{},n("It is yours")),assign:(c,u)=>t(c,"/assign",{assignee_id:u}),snooze:(c,u)=>l(c,"/snooze",{until_at:u?u.
toISOString():null},u?n("Snoozed until {at}",{at:x(u)}):n("Snoozed until they write")),resolve:c=>l(c,"/resolve",{},n("R\
esolved")),takeOver:c=>t(c,"/take-over",{},n("The conversation is yours to answer")),reopen:c=>t(c,"/reopen",{}),tag:(c,u)=>a(
c,"POST","",{tag:u}),untag:(c,u)=>a(c,"DELETE",`/${encodeURIComponent(u)}`),reply:(c,u,f)=>m(c,"reply",u,f),note:(c,u)=>m(
c,"note",{text:u}),react:(c,u)=>M(`/conversations/${s.selected}/replies`,{kind:"reaction",emoji:u,message_id:c.message_id,
client_id:crypto.randomUUID?.()??String(Date.now())}).catch(f=>s.say(f.message)),resend(c){return Object.assign(c,{delivery_status:"\
sending",problem:null}),d(c.conversation_id,[c]),r(c)},resendPassing(){for(let c of s.outbox.pending)c.delivery_status===
"unsent"&&c.isPassing&&this.resend(c)},takeBack(c){s.outbox.remove(c.client_id),d(c.conversation_id,[]),s.composer.turn(
c.type==="note"?"note":"reply"),s.composer.insert([c.text,s.composer.field.value].filter(Boolean).join(`
`))},async message(c,u){let f=s.selected;try{let g=await M(`/messages/${c.message_id}/${u}`);g.message&&(s.store.merge(f,
[g.message]),d(f,[g.message]))}catch(g){s.say(g.message)}},async seen(c){let u=s.store.known.get(c);u?.unread_count&&(u.
unread_count=0,s.list.paint(),await M(`/conversations/${c}/seen`).catch(()=>null))}}}var It="http://www.w3.org/2000/svg",Rt={back:"M15 5l-7 7 7 7",search:"M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM16 16l4.5 4.5",
close:"M6 6l12 12M18 6L6 18",filter:"M4 6h16M7 12h10M10 18h4",check:"M5 12.5l4.5 4.5L19 7",checks:"M2 12.5l4.5 4.5L16 7.\
5M12 16.5l.7.7L22 8",clock:"M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM12 8v4.5l3 2",alert:"M12 4l9 16H3zM12 10v4.5M12 17v.5",
question:"M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM9.6 9.5a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.2.9-1.2 1.8M12 16.6v.4",attach:"\
M19 11.5l-7.4 7.4a4.6 4.6 0 0 1-6.5-6.5l8-8a3 3 0 0 1 4.3 4.3l-8 8a1.5 1.5 0 0 1-2.1-2.1l7.3-7.3",send:"M4 12l16-7.5L15 \
20l-3.5-6.2zM11.5 13.8L20 4.5",person:"M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4.5 20c.8-4 3.8-6 7.5-6s6.7 2 7.5 6",tag:"M4 4\
h8l8.5 8.5-8 8L4 12zM8 8v.2",snooze:"M12 5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15zM9.5 10h5l-5 5h5M5 3L2.5 5.5M19 3l2.5 2\
.5",reopen:"M5 12a7 7 0 1 0 2.3-5.2M5 4v4h4",more:"M6 12v.01M12 12v.01M18 12v.01",reply:"M9 7l-5 5 5 5M4 12h9c4 0 6.5 2 \
7 6",note:"M5 4h14v11l-5 5H5zM19 15h-5v5M8.5 8.5h7M8.5 12h4",template:"M4 4h16v16H4zM4 9h16M9.5 9v11",bolt:"M13 3L5 14h6\
l-1 7 8-11h-6z",smile:"M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM8.5 14c1.8 2.6 5.2 2.6 7 0M9 9.5v.6M15 9.5v.6",file:"\
M6 3h8l5 5v13H6zM14 3v5h5",pin:"M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11zM12 8a2.2 2.2 0 1 1 0 4.4A2.2 \
2.2 0 0 1 12 8z",panel:"M4 5h16v14H4zM14.5 5v14",keyboard:"M3 6h18v12H3zM7 10v.01M11 10v.01M15 10v.01M8 14h8",bell:"M6 1\
6V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4",whatsapp:"M4 20l1.2-4A8 8 0 1 1 8.3 19zM9 8.5c-.6 3.5 3 7 6.5 6.5l.5-1.7-2-1\
-1 .8c-1-.4-1.8-1.2-2.2-2.2l.8-1-1-2z",messenger:"M12 4c5 0 8.5 3.3 8.5 7.6s-3.5 7.6-8.5 7.6c-1 0-1.9-.1-2.7-.4L6 20.5v-\
3.1c-1.6-1.4-2.5-3.4-2.5-5.8C3.5 7.3 7 4 12 4zM7.5 13.500l3-3.2 3 2.2 3-3.2",instagram:"M8 4h8a4 4 0 0 1 4 4v8a4 4 0 0 1\
-4 4H8a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4zM12 8.500a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM16.8 7.200v.01",telegram:"M3.5 11.50\
0L20.5 4.5 17.5 19.5 11 15zM11 15l9-10M11 15v5l2.8-3",x:"M5 4.500l14 15M19 4.500l-14 15",email:"M3.5 6h17v12h-17zM3.5 7l\
8.5 6 8.5-6",sms:"M4 5h16v11H10l-4 4v-4H4zM8 10.500v.01M12 10.500v.01M16 10.500v.01",webchat:"M4 5h11v8H9l-3 3v-3H4zM17 \
9h3v8h-2v3l-3-3h-4",door:"M5 4h14v12h-8l-4 4v-4H5z",mic:"M12 3.5a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0v-5a3 3 0 0 1 3-3zM5.5 11.\
5a6.5 6.5 0 0 0 13 0M12 18v3",image:"M4 5h16v14H4zM4 16l5-5 4 4 3-2.5 4 3.5M15 9v.01",lock:"M6.5 11h11v9h-11zM8.5 11V8a3\
.5 3.5 0 0 1 7 0v3M12 14.500v2",phone:"M6 4h3.500l1.500 4-2 1.500a11 11 0 0 0 5.500 5.500l1.500-2 4 1.500V18a2 2 0 0 1-2\
 2C10.500 19.500 4.500 13.500 4 6a2 2 0 0 1 2-2z",plus:"M12 5v14M5 12h14",down:"M6 9l6 6 6-6",cart:"M3 4h3l2.5 11h9L20 8\
H7M10 19v.01M17 19v.01",play:"M8 5l11 7-11 7z"};function o(s,t={},...e){let i=document.createElement(s);for(let[a,l]of Object.
entries(t))if(!(l==null||l===!1))if(a==="on")for(let[r,d]of Object.entries(l))i.addEventListener(r,d);else a==="dataset"?
Object.assign(i.dataset,l):a==="value"?i.value=l:i.setAttribute(a,l===!0?"":l);return i.append(...e.flat().filter(a=>a!=
null&&a!==!1)),i}function h(s,t=""){let e=document.createElementNS(It,"svg");e.setAttribute("viewBox","0 0 24 24"),e.setAttribute(
"class",`icon ${t}`),e.setAttribute("aria-hidden","true");let i=document.createElementNS(It,"path");return i.setAttribute(
"d",Rt[s]??Rt.door),e.append(i),e}function b(s,t,e,i=""){return o("button",{type:"button",class:`icon-button ${i}`,title:t,
"aria-label":t,on:{click:e}},h(s))}var ye=/\b(?:https?:\/\/|mailto:|tel:)[^\s<>"']+/giu;function V(s){let t=[],e=0;for(let i of s.
matchAll(ye)){let a=i[0].replace(/[.,;:!?)\]]+$/u,"");t.push(s.slice(e,i.index),o("a",{href:a,target:"_blank",rel:"noope\
ner noreferrer"},a)),e=i.index+a.length}return t.push(s.slice(e)),t}function L(s){return typeof s=="string"&&/^(\/(?!\/)|https?:\/\/)/u.
test(s)?s:null}var K=class{constructor(t){this.changed=t,this.byConversation=new Map,this.root=o("div",{class:"attachments"})}open(t){this.
id=t,this.paint()}get files(){return this.byConversation.get(this.id)??[]}add(t){let e=this.id;for(let i of t){let a={file:i,
progress:0,url:URL.createObjectURL(i)};this.byConversation.set(e,[...this.byConversation.get(e)??[],a]),this.begin(a)}this.
paint()}begin(t){Object.assign(t,{progress:0,problem:null}),t.upload=U(t.file,e=>{t.progress=e,t.bar?.style.setProperty(
"--done",e)}),t.upload.done.then(e=>t.answer=e,e=>t.problem=e.message).then(()=>this.paint())}drop(t){t.upload.abort(),this.
byConversation.set(this.id,this.files.filter(e=>e!==t)),this.paint()}take(){let t=this.files;return this.byConversation.
delete(this.id),this.paint(),t}get isReady(){return this.files.every(t=>t.answer)}paint(){this.root.replaceChildren(...this.
files.map(t=>(t.bar=o("span",{class:`bar ${t.answer?"done":""}`}),t.bar.style.setProperty("--done",t.progress),o("div",{
class:`attached${t.problem?" failed":""}`},t.file.type.startsWith("image/")?o("img",{src:t.url,alt:""}):h(t.file.type.startsWith(
"audio/")?"mic":"file"),o("span",{},o("bdi",{},t.file.name),o("small",{},t.problem??j(t.file.size))),t.problem?b("reopen",
n("Try again"),()=>(this.begin(t),this.paint())):null,b("close",n("Remove the file"),()=>this.drop(t)),t.bar)))),this.changed()}},
ke=["audio/ogg;codecs=opus","audio/mp4;codecs=mp4a.40.2","audio/mp4"];function Bt(s,t){let e=ke.find(r=>globalThis.MediaRecorder?.
isTypeSupported(r));if(!e||!navigator.mediaDevices)return null;let i=null,a=b("mic",n("Record a voice note"),()=>i?i.stop():
l());async function l(){let r;try{r=await navigator.mediaDevices.getUserMedia({audio:!0})}catch{t(n("The microphone is n\
ot available"));return}let d=[];i=new MediaRecorder(r,{mimeType:e}),i.ondataavailable=m=>d.push(m.data),i.onstop=()=>{let m=e.
split(";")[0];i=null,a.classList.remove("recording");for(let c of r.getTracks())c.stop();s([new File(d,`voice.${m.split(
"/")[1]}`,{type:m})])},i.start(),a.classList.add("recording")}return a}var _e=20,bt=10,Pt=24,xe=72;function jt(s,t,e,i,a){let l=e.capabilities??{kinds:["buttons","list","location_request"],button_limit:3,
list_row_limit:10},r={buttons:[n("Reply with buttons"),"check",Me],list:[n("Reply with a list"),"filter",Te],location_request:[
n("Ask for the location"),"pin",Se]},d=Object.entries(r).filter(([m])=>l.kinds.includes(m)).map(([,[m,c,u]])=>s.menus.item(
()=>u(s,l,i,a),h(c),o("span",{},m)));s.menus.open(t,...d.length?d:[o("h3",{},n("This channel carries texts and files onl\
y"))])}function vt(s,t,e,i,a,l){let r=o("textarea",{class:"field",rows:"3",required:!0,dir:"auto",maxlength:"1024",value:e}),
d=o("form",{method:"dialog"},wt(n("Message"),r),...i,o("div",{class:"foot"},o("span"),o("button",{type:"submit",class:"b\
utton primary"},h("send"),n("Send")))),m=s.menus.dialog(t,o("div",{class:"templates"},d));return d.addEventListener("sub\
mit",c=>{let u=r.value.trim()&&a(r.value.trim());u?l({...u.body,text:r.value.trim()},{text:r.value.trim(),kind:"interact\
ive",content:{interactive:u.shown}}):c.preventDefault()}),r.focus(),m}var wt=(s,t)=>o("label",{class:"choice"},o("span",
{},s),t),G=(s,t={})=>o("input",{class:"field",dir:"auto",maxlength:String(s),...t}),Wt=s=>s.button_limit?[]:[o("p",{class:"\
explained"},n("This channel has no buttons: the choices are sent as a numbered text."))];function Me(s,t,e,i){let a=Array.
from({length:Math.min(t.button_limit||bt,bt)},(l,r)=>G(t.button_title_limit||Pt*2,{required:r===0}));vt(s,n("Reply with \
buttons"),e,[...Wt(t),...a.map((l,r)=>wt(n("Button {n}",{n:r+1}),l))],()=>{let l=a.map(r=>r.value.trim()).filter(Boolean).
map((r,d)=>({id:`button_${d+1}`,title:r}));return l.length?{body:{kind:"buttons",buttons:l},shown:{buttons:l}}:null},i)}
function Te(s,t,e,i){let a=G(_e,{required:!0,value:n("Choose")}),l=o("div",{class:"stack"}),r=o("button",{type:"button",
class:"link",on:{click:()=>d().querySelector("input").focus()}},n("Add a row")),d=()=>{let m=o("div",{class:"list-row"},
G(Pt,{placeholder:n("Title"),"aria-label":n("Title"),required:!l.childElementCount}),G(xe,{placeholder:n("Description"),
"aria-label":n("Description")}),b("close",n("Remove"),()=>(l.childElementCount>1&&m.remove(),r.hidden=!1)));return l.append(
m),r.hidden=l.childElementCount>=(t.list_row_limit||bt),m};d(),d(),vt(s,n("Reply with a list"),e,[...Wt(t),wt(n("Label o\
f the button that opens it"),a),l,r],()=>{let m=[...l.children].map(u=>[...u.querySelectorAll("input")].map(f=>f.value.trim())).
filter(([u])=>u).map(([u,f],g)=>({id:`row_${g+1}`,title:u,...f?{description:f}:{}})),c={button:a.value.trim(),sections:[
{rows:m}]};return m.length&&c.button?{body:{kind:"list",list:c},shown:c}:null},i)}function Se(s,t,e,i){vt(s,n("Ask for t\
he location"),e||n("Please share your location."),[],()=>({body:{kind:"location_request"},shown:{location_request:!0}}),
i)}var yt=6,Ce="body{font:15px/1.5 system-ui,sans-serif;margin:8px;color:#17212b;background:#fff;overflow-wrap:anywhere}img\
{max-width:100%}",Ht=s=>s.inbox?.channel==="email"&&s.content&&typeof s.content=="object";function Ut(s){let{subject:t,cc:e}=Ht(
s)?s.content:{},i=Array.isArray(e)?e:[],a=i.slice(0,yt).join(", ")+(i.length>yt?` +${i.length-yt}`:"");return[t?o("div",
{class:"subject",dir:"auto"},t):null,a?o("div",{class:"copies"},n("Copy to")," ",o("bdi",{dir:"ltr"},a)):null]}function Ft(s){
let{quoted:t,html:e}=Ht(s)?s.content:{};return[t?o("details",{class:"fold"},o("summary",{},n("Quoted text")),o("div",{class:"\
text quoted-text",dir:"auto"},t)):null,e?Ae(e):null]}function Ae(s){let t=o("details",{class:"fold"},o("summary",{},h("p\
anel","tiny")," ",n("Show as the sender laid it out")));return t.addEventListener("toggle",()=>{if(!t.open||t.querySelector(
"iframe"))return;let e=`<!doctype html><meta charset="utf-8"><base target="_blank"><style>${Ce}</style>${s}`;t.append(o(
"iframe",{class:"layout",sandbox:"allow-popups allow-popups-to-escape-sandbox",referrerpolicy:"no-referrer",title:n("Sho\
w as the sender laid it out"),srcdoc:e})),t.scrollIntoView({block:"nearest"})}),t}var Kt=s=>(Array.isArray(s.attachments)?s.attachments:[]).find(t=>["story_mention","ig_story"].includes(t?.type));function Gt(s){
let t=s.content&&typeof s.content=="object"?s.content:{},e=Kt(t);return e?Vt(n("Mentioned you in a story"),e.payload?.url??
e.url):t.story?Vt(s.direction==="outbound"?n("Answer to their story"):n("Answer to your story"),t.story.url):null}var Yt=s=>!!Kt(
s.content??{})&&/^https?:\/\/\S+$/u.test(s.text??"");function Vt(s,t){let e=L(t),i=o("div",{class:"story"},o("span",{class:"\
origin"},h("image"),s)),a=()=>o("span",{class:"chip dim"},n("The story is not there any more"));if(!e)return i.append(a()),
i;let l=o("a",{class:"picture",href:e,target:"_blank",rel:"noopener noreferrer"}),r=()=>o("video",{src:e,controls:!0,preload:"\
metadata",class:"video","aria-label":s,on:{error:()=>l.replaceWith(a())}});return l.append(o("img",{src:e,alt:s,loading:"\
lazy",referrerpolicy:"no-referrer",on:{error:d=>d.currentTarget.replaceWith(r())}})),i.append(l),i}var Jt={image:["image","Image"],sticker:["image","Sticker"],audio:["mic","Audio"],video:["play","Video"],document:["file",
"Document"],location:["pin","Location"],contacts:["person","Contact card"],order:["cart","Order"],template:["template","\
Template"],location_request:["pin","Location request"],placeholder:["alert","Content missing"],revoked:["close","Deleted\
 by the sender"],call:["phone","Call"]},Y=s=>({image:n("Image"),sticker:n("Sticker"),audio:n("Audio"),video:n("Video"),document:n(
"Document"),location:n("Location"),interactive:n("Choices offered"),contacts:n("Contact card"),order:n("Order"),template:n(
"Template"),location_request:n("Location request"),placeholder:n("Content missing"),revoked:n("Deleted by the sender"),call:n(
"Call"),unsupported:n("A kind of message that cannot be shown here")})[s]??n("Message of kind “{kind}”",{kind:s});function Xt(s){
if(!s)return[""];let t=Jt[s.kind];return s.text?t?[h(t[0],"tiny"),s.text]:[s.text]:t?[h(t[0],"tiny"),Y(s.kind)]:[s.kind===
"text"?"":Y(s.kind)]}function Qt(s){let t=(s.media??[]).map(a=>Le(s,a)),e=t.length>1&&t.every(a=>a.matches(".picture, .v\
ideo"))?[o("div",{class:`grid${t.length===2?" two":""}`},...t)]:t;e.push(...[Gt(s),...Ut(s)].filter(Boolean));let i=qe[s.
kind]?.(s.content??{},s);return i&&e.push(i),s.content?.encrypted&&e.push(o("div",{class:"origin"},h("lock"),n("An encry\
pted message. It can be read in the app of X only."))),s.text&&!Yt(s)&&e.push(o("div",{class:"text",dir:"auto"},...V(s.text))),
e.push(...$e(s.content),...Ft(s).filter(Boolean)),(!e.length||Oe(s)&&!s.content?.encrypted)&&e.push(Ne(s)),e}var Ee=new Set(
["text","reply","interactive","buttons","list","button","reaction","system",...Object.keys(Jt)]),Oe=s=>!Ee.has(s.kind);function Le(s,t){
let e=t.filename||Y(s.kind),i=t.state==="stored"||t.state===void 0?L(t.url)??(t.url?.startsWith("blob:")?t.url:null):null;
if(t.state==="pending")return o("div",{class:"file waiting"},o("span",{class:"spinner"}),n("Fetching the file…"));if(t.
state==="failed"||!i)return o("div",{class:"file failed"},h("alert"),o("span",{},o("bdi",{},e),o("small",{},n("This file\
 could not be fetched"))));let a=t.mime??"";return a.startsWith("image/")&&!a.includes("svg")?o("a",{class:"picture",href:i,
target:"_blank",rel:"noopener noreferrer"},o("img",{src:i,alt:s.text||e,loading:"lazy",class:s.kind==="sticker"?"sticker":
""})):a.startsWith("audio/")?o("div",{class:"audio"},t.is_voice?h("mic"):null,o("audio",{src:i,controls:!0,preload:"meta\
data","aria-label":t.is_voice?n("Voice note"):e})):a.startsWith("video/")?o("video",{src:i,controls:!0,preload:"metadata",
class:"video","aria-label":e}):o("a",{class:"file",href:i,target:"_blank",rel:"noopener noreferrer",download:e},h("file"),
o("span",{},o("bdi",{},e),o("small",{},[a.split("/")[1]?.toUpperCase(),t.size?j(t.size):null].filter(Boolean).join(" · "))))}
var qe={location(s){let t=s.location??s;if(typeof t.latitude!="number")return null;let e=`${t.latitude.toFixed(5)}, ${t.
longitude.toFixed(5)}`;return o("a",{class:"card",href:`https://www.openstreetmap.org/?mlat=${t.latitude}&mlon=${t.longitude}\
#map=16/${t.latitude}/${t.longitude}`,target:"_blank",rel:"noopener noreferrer"},h("pin"),o("span",{},o("strong",{dir:"a\
uto"},t.name||n("Location")),t.address?o("small",{dir:"auto"},t.address):null,o("small",{},o("bdi",{dir:"ltr"},e))))},contacts(s){
let t=Array.isArray(s)?s:s.contacts??[];return o("div",{class:"stack"},...t.map(e=>o("div",{class:"card"},h("person"),o(
"span",{},o("strong",{dir:"auto"},e.name?.formatted_name??n("Contact card")),...(e.phones??[]).map(i=>o("small",{},o("bd\
i",{dir:"ltr"},i.phone??i.wa_id??""))),...(e.emails??[]).map(i=>o("small",{},i.email??""))))))},order(s){let e=(s.order??
s).product_items??[],i=e[0]?.currency,a=e.reduce((l,r)=>l+Number(r.item_price??0)*Number(r.quantity??1),0);return o("tab\
le",{class:"order"},o("caption",{},h("cart"),n("Order")),o("tbody",{},...e.map(l=>o("tr",{},o("td",{},o("bdi",{},l.product_retailer_id??
"")),o("td",{},`${l.quantity??1} ×`),o("td",{},ft(Number(l.item_price??0),l.currency))))),o("tfoot",{},o("tr",{},o("th",
{colspan:"2",scope:"row"},n("Total")),o("td",{},ft(a,i)))))},template:s=>o("div",{class:"origin"},h("template"),s.name??
s.template?.name??n("Template")),reply:s=>o("div",{class:"origin"},h("check"),s.list_reply||s.type==="list_reply"?n("Cho\
sen from a list"):n("Button pressed")),placeholder:s=>s.problem?o("div",{class:"card"},h("alert"),o("span",{},s.subject?
o("strong",{dir:"auto"},s.subject):null,o("small",{},De(s.problem)))):null,location_request:()=>o("div",{class:"origin"},
h("pin"),n("Location request"))};function De(s){return["no_key","key_refused"].includes(s)?n("The text of this mail lies\
 at the provider. An administrator must set the provider’s key under Channels; then it is fetched."):["media_gone","me\
dia_too_large","media_nowhere"].includes(s)?n("The provider does not give the text of this mail."):n("The provider has n\
ot given the text of this mail yet; it is tried again by itself.")}function $e(s){let t=s?.interactive??s,e=t?.buttons??
[],i=(t?.sections??[]).flatMap(a=>a.rows??[]);return!e.length&&!i.length?[]:[o("ul",{class:"choices","aria-label":n("Cho\
ices offered")},...[...e,...i].map(a=>o("li",{dir:"auto"},a.title??a.text??"")))]}function Ne(s){let t=o("details",{class:"\
raw"},o("summary",{},Y(s.kind)));return s.content&&t.append(o("pre",{dir:"ltr"},JSON.stringify(s.content,null,2))),t}var Zt=["status","sort","channel","inbox_id","assignee_id","tag","unread","waiting"];function te(s,t){let{filters:e}=s.store,
i=o("div",{class:"filters",hidden:!0}),a=b("filter",n("Filters"),()=>l(i.hidden));a.setAttribute("aria-expanded","false");
function l(p){i.hidden=!p,a.setAttribute("aria-expanded",String(p)),p&&!i.childElementCount&&g()}function r(p,v){v?e[p]=
v:delete e[p],d(),s.rememberFilters(),t()}function d(){let p=Zt.filter(v=>e[v]&&!(v==="status"&&e[v]==="open")&&!(v==="s\
ort"&&e[v]==="newest"));a.classList.toggle("on",p.length>0),u.hidden=!p.length}let m=(p,v,_)=>o("label",{class:"choice"},
o("span",{},v),o("select",{value:e[p]??"",on:{change:S=>r(p,S.target.value)}},..._.map(([S,w])=>o("option",{value:S,selected:(e[p]??
"")===S},w)))),c=(p,v)=>o("label",{class:"toggle"},o("input",{type:"checkbox",checked:!!e[p],on:{change:_=>r(p,_.target.
checked&&"true")}}),v),u=o("button",{type:"button",class:"link",hidden:!0,on:{click:()=>f()}},n("Clear filters"));function f(){
for(let p of Zt)delete e[p];Object.assign(e,{status:"open",sort:"newest"}),i.replaceChildren(),g(),r("status","open")}async function g(){
let[p,v,_]=await Promise.all([s.reference("/inboxes","inboxes"),s.reference("/agents","agents"),s.reference("/tags","tag\
s")]),S=[...new Set(p.map(w=>w.channel))];i.replaceChildren(m("status",n("Status"),[["open",n("Open")],["snoozed",n("Sno\
ozed")],["resolved",n("Resolved")],["any",n("Any")]]),m("sort",n("Sort by"),[["newest",n("Newest")],["oldest",n("Oldest")],
["waiting",n("Longest waiting")]]),m("inbox_id",n("Inbox"),[["",n("Any")],...p.map(w=>[w.inbox_id,w.name])]),m("assignee\
_id",n("Assigned to"),[["",n("Anybody")],...v.map(w=>[w.person_id,w.name])]),...S.length>1?[m("channel",n("Channel"),[["",
n("Any")],...S.map(w=>[w,Dt(w)])])]:[],m("tag",n("Tag"),[["",n("Any")],..._.map(w=>typeof w=="string"?[w,w]:[w.tag,w.tag])]),
o("div",{class:"toggles"},c("unread",n("Unread")),c("waiting",n("Waiting")),u))}return d(),{button:a,panel:i}}function ee(){
let s=new Map;return(t,e)=>(s.has(t)||s.set(t,k(t).then(i=>H(i,e)).catch(()=>(s.delete(t),[]))),s.get(t))}var ze=60;function q(s,t="",e=null){let i=o("span",{class:`avatar ${t}`,title:s,"aria-hidden":"true"},Lt(s));return i.style.
setProperty("--hue",qt(s)),L(e)&&i.append(o("img",{src:L(e),alt:"",loading:"lazy",on:{error:a=>a.currentTarget.remove()}})),
i}function E(s){let t=o("span",{class:"channel",title:s.name,role:"img","aria-label":s.name});return t.append(h(s.channel)),
t}var J=class{constructor(t){this.app=t,this.rows=new Map,this.tabs=o("div",{class:"tabs",role:"tablist","aria-label":n(
"Conversations")}),this.search=o("input",{class:"search-field",type:"search",placeholder:n("Search"),"aria-label":n("Sea\
rch conversations"),value:t.store.filters.q??"",on:{input:()=>this.searchSoon(),keydown:i=>this.searchKeys(i)}}),this.filters=
te(t,()=>this.reload()),this.items=o("div",{class:"rows",role:"listbox","aria-label":n("Conversations"),tabindex:"-1"}),
this.more=o("div",{class:"more"}),this.scroll=o("div",{class:"scroll"},this.items,this.more);let e=o("div",{class:"find"},
o("div",{class:"searching"},h("search"),this.search,o("kbd",{},"/")),this.filters.button,t.notify.button,b("keyboard",n(
"Keyboard shortcuts"),()=>this.app.keyboard.help(),"wide-only"));this.root=o("nav",{class:"list","aria-label":n("Convers\
ations")},this.tabs,e,this.filters.panel,this.scroll),this.watcher=new IntersectionObserver(([i])=>i.isIntersecting&&this.
loadMore(),{root:this.scroll,rootMargin:"400px"}),this.watcher.observe(this.more)}searchKeys(t){t.key==="Escape"?(this.search.
value&&this.searchNow(""),this.search.value="",this.search.blur()):t.key==="Enter"&&this.app.step(0)}searchSoon(){clearTimeout(
this.timer),this.timer=setTimeout(()=>this.searchNow(this.search.value.trim()),220)}searchNow(t){this.app.store.filters.
q=t,this.reload()}async reload(){let t=this.asked=Symbol("list");this.skeleton();try{await this.app.store.load()}catch(e){
e.name!=="AbortError"&&this.asked===t&&this.failed(e);return}this.asked===t&&(this.paint(),this.scroll.scrollTop=0)}async loadMore(){
if(!(!this.app.store.cursor||this.isLoading)){this.isLoading=!0;try{await this.app.store.load(!0),this.paint()}catch(t){
t.name!=="AbortError"&&this.app.say(t.message)}finally{this.isLoading=!1}}}skeleton(){this.rows.clear(),this.items.setAttribute(
"aria-busy","true"),this.items.replaceChildren(...Array.from({length:8},()=>o("div",{class:"row skeleton"},o("span",{class:"\
avatar"}),o("span",{class:"bar"}),o("span",{class:"bar short"})))),this.more.replaceChildren(),this.paintTabs()}failed(t){
this.items.removeAttribute("aria-busy"),this.items.replaceChildren(o("div",{class:"empty",role:"alert"},h("alert"),o("st\
rong",{},n("The list could not be loaded")),o("p",{},t.message),o("button",{type:"button",class:"button",on:{click:()=>this.
reload()}},n("Try again"))))}empty(){let t=this.app.store.filters,e=t.q||t.unread||t.waiting||t.channel||t.inbox_id||t.assignee_id||
t.tag||t.status!=="open",i=e?n("Nothing matches. Try fewer filters or other words."):{mine:n("Nothing is assigned to you\
. Take one from Unassigned."),unassigned:n("Everything has an owner. Well done."),all:n("Messages from your customers wi\
ll appear here.")}[t.tab];return o("div",{class:"empty"},h(e?"search":"checks"),o("strong",{},e?n("No conversations foun\
d"):n("All clear")),o("p",{},i))}paint(){this.paintTabs(),this.items.removeAttribute("aria-busy");let{order:t,known:e,cursor:i}=this.
app.store,a=t.map(r=>this.row(e.get(r))),l=new Set(t);for(let r of this.rows.keys())l.has(r)||this.rows.delete(r);a.length?
this.arrange(a):this.items.replaceChildren(this.empty()),this.more.replaceChildren(...i?[o("span",{class:"spinner"})]:[]),
this.app.notify.count(t.filter(r=>e.get(r).unread_count>0&&e.get(r).status==="open").length)}arrange(t){let e=this.items.
firstChild;for(let i of t)i===e?e=e.nextSibling:this.items.insertBefore(i,e);for(;e;){let i=e.nextSibling;e.remove(),e=i}}row(t){
let e=t.conversation_id,i=this.app.selected===e,a=`${t.version}.${t.unread_count}.${i}.${i?"":this.app.outbox.draft(e)?.
text??""}`,l=this.rows.get(e);if(l?.face===a)return l.node;let r=this.drawRow(t);return l?.node.parentNode&&l.node.replaceWith(
r),this.rows.set(e,{face:a,node:r}),r}drawRow(t){let e=t.conversation_id,i=this.app.selected===e,a=i?null:this.app.outbox.
draft(e),l=a?.text?[o("em",{},`${n("Draft")}: `),a.text]:Xt(t.preview);return o("div",{class:`row${i?" chosen":""}${t.unread_count?
" unread":""}`,role:"option","aria-selected":String(i),tabindex:i?"0":"-1",dataset:{id:e},on:{click:r=>this.app.select(e,
{began:r.timeStamp}),keydown:r=>(r.key==="Enter"||r.key===" ")&&(r.preventDefault(),this.app.select(e)),pointerenter:()=>this.
hover=setTimeout(()=>this.app.prefetch(e),ze),pointerleave:()=>clearTimeout(this.hover)}},q(A(t),"",t.contact.picture_url),
o("span",{class:"who"},o("bdi",{class:"name"},A(t)),E(t.inbox),o("bdi",{class:"at"},I(t.last_message_at))),o("span",{class:"\
said"},t.preview?.direction==="outbound"&&!a?h("reply","tiny"):null,o("span",{class:"preview",dir:"auto"},...l)),o("span",
{class:"marks"},this.waiting(t),this.window(t),t.status==="snoozed"?o("span",{class:"chip"},h("snooze"),t.snoozed_until_at?
I(t.snoozed_until_at):""):null,t.status==="resolved"?o("span",{class:"chip good"},h("check"),n("Resolved")):null,...t.tags.
slice(0,2).map(r=>o("bdi",{class:"chip"},r)),t.tags.length>2?o("span",{class:"chip"},`+${t.tags.length-2}`):null,o("span",
{class:"push"}),t.assignee?q(t.assignee.name,"mini"):null,t.unread_count?o("span",{class:"badge","aria-label":n("Unread:\
 {n}",{n:t.unread_count})},B(t.unread_count)):null))}waiting(t){if(!t.waiting_since_at||t.status==="resolved")return null;
let e=o("span",{class:"chip wait",title:n("Waiting for a reply"),dataset:{since:t.waiting_since_at}},h("clock"),o("bdi"));
return se(e),e}window(t){if(t.status==="resolved")return null;if(t.held_elsewhere)return o("span",{class:"chip dim",title:n(
"Another app of your business holds this conversation.")},h("panel"));if(!t.window_open)return o("span",{class:"chip dim",
title:n("The service window is closed: only templates can be sent")},h("template"));let e=Date.parse(t.window_closes_at)-
Date.now();return e<2*36e5?o("span",{class:"chip soon",title:n("The service window closes soon")},h("alert"),o("bdi",{},
R(e))):null}tick(){for(let t of this.items.querySelectorAll("[data-since]"))se(t)}choose(t,e){for(let i of[e,t])i&&this.
rows.has(i)&&this.app.store.known.has(i)&&this.row(this.app.store.known.get(i));requestAnimationFrame(()=>this.rows.get(
t)?.node.scrollIntoView({block:"nearest"}))}paintTabs(){let{filters:t,counts:e}=this.app.store,i={mine:n("My"),unassigned:n(
"Unassigned"),all:n("All")};this.tabs.replaceChildren(...Object.entries(i).map(([a,l])=>o("button",{type:"button",role:"\
tab",class:"tab","aria-selected":String(t.tab===a),dataset:{tab:a},on:{click:()=>{t.tab=a,this.app.rememberFilters(),this.
reload()}}},l,o("bdi",{class:"n"},a in e?B(e[a]):""))))}};function se(s){let t=Date.now()-Date.parse(s.dataset.since);s.
lastChild.textContent=R(t),s.classList.toggle("late",t>36e5)}var X=class{constructor(t,e,i){this.app=t,this.field=e,this.insert=i,this.found=[],this.root=o("div",{class:"quick",role:"\
listbox","aria-label":n("Quick replies"),hidden:!0})}get isOpen(){return!this.root.hidden}start(){this.field().value?this.
offer(""):this.insert("/")}async offer(t){let e=t??/^\/(\S*)$/u.exec(this.field().value)?.[1];if(e===void 0){this.close();
return}let i=await this.app.reference("/canned-responses","canned_responses"),a=e.toLocaleLowerCase();this.found=i.filter(
l=>l.shortcut.toLocaleLowerCase().startsWith(a)||a.length>2&&l.text.toLocaleLowerCase().includes(a)).slice(0,8),this.at=
0,this.paint()}paint(){if(this.root.hidden=!1,!this.found.length){this.root.replaceChildren(o("div",{class:"none"},n("No\
 quick reply of that name")));return}this.root.replaceChildren(...this.found.map((t,e)=>o("div",{class:`quick-row${e===this.
at?" chosen":""}`,role:"option","aria-selected":String(e===this.at),on:{pointerdown:i=>(i.preventDefault(),this.take(e))}},
o("kbd",{},`/${t.shortcut}`),o("span",{dir:"auto"},t.text))))}take(t){let e=this.found[t];this.close();let i=this.app.store.
known.get(this.app.selected)?.contact.name??"";e&&this.insert(e.text.replaceAll("{name}",i.split(" ")[0]))}close(){this.
root.hidden=!0}keys(t){if(!this.isOpen)return!1;let e={ArrowDown:1,ArrowUp:-1}[t.key];if(e&&this.found.length)this.at=(this.
at+e+this.found.length)%this.found.length,this.paint();else if((t.key==="Enter"||t.key==="Tab")&&this.found.length)this.
take(this.at);else if(t.key==="Escape")this.close();else return!1;return t.preventDefault(),t.stopPropagation(),!0}};var Ie=/\{\{\s*([^{}\s]+)\s*\}\}/gu,Re=["APPROVED","ACTIVE"],Be=[1500,4e3,8e3],Pe={image:"image/jpeg,image/png",video:"v\
ideo/mp4,video/3gpp",document:""},je=(s,t)=>(s.components??[]).find(e=>(e.type??"").toUpperCase()===t),ie=s=>je(s,"BODY")?.
text??s.text??"",kt=(s,t)=>s.replace(Ie,(e,i)=>t[i]||e);async function We(s){let t=H(await k("/templates"),"templates").
filter(i=>Re.includes(i.template_status??"APPROVED")&&(!i.inbox_id||i.inbox_id===s.inbox.inbox_id)),e=s.contact.language??
"";return t.sort((i,a)=>+!i.language?.startsWith(e)-+!a.language?.startsWith(e))}async function oe(s,t,e){let i=o("div",
{class:"templates"}),a=s.menus.dialog(n("Send a template"),i),l=c=>o("button",{type:"button",class:"template",disabled:!!c.
problem,title:c.problem??"",on:{click:()=>m(c)}},o("strong",{},o("bdi",{},c.name)),o("small",{},`${c.language} · ${(c.category??
"").toLowerCase()}`),o("span",{dir:"auto"},ie(c)),c.problem?o("small",{},n("This template cannot be sent from here")):null);
async function r(){let c=await We(t).catch(f=>(s.say(f.message),[])),u=()=>o("div",{class:"empty"},h("template"),o("stro\
ng",{},n("No approved templates")),o("p",{},n("An administrator can add templates at the channel.")));i.replaceChildren(
...c.length?c.map(l):[u()],o("div",{class:"foot"},o("button",{type:"button",class:"link",on:{click:()=>d()}},n("Ask the \
channel for its templates"))))}async function d(){try{await M("/templates/refresh"),s.say(n("The channel is asked; what \
is new appears here in a moment."),!0);for(let c of Be)setTimeout(()=>i.isConnected&&!i.querySelector("form")&&r(),c)}catch(c){
s.say(c.message)}}function m(c){let u=ie(c),f=c.blanks??[],g={};/^(1|name|first_name)$/u.test(f[0]?.name??"")&&(g[f[0].name]=
t.contact.name??"");let p=o("div",{class:"bubble sample",dir:"auto"},kt(u,g)),v=o("button",{type:"submit",class:"button \
primary"},h("send"),n("Send")),_={values:g,file:null,go:v,paint:()=>p.textContent=kt(u,g)},S=f.flatMap(w=>(Fe[w.kind]??He)(
w,_));i.replaceChildren(o("form",{method:"dialog",on:{submit:()=>e(c,g,kt(u,g),_.file?[_.file]:void 0)}},p,...S,o("div",
{class:"foot"},o("button",{type:"button",class:"button",on:{click:r}},n("Other templates")),v))),(i.querySelector("input")??
v).focus()}return await r(),a}var xt=(s,...t)=>o("label",{class:"choice"},o("span",{},s),...t);function He(s,t){let e=s.
label??(/^(header|button_\d+)$/u.test(s.name)?s.name.replace("_"," "):`{{${s.name}}}`),i=a=>{t.values[s.name]=a.target.value,
t.paint()};return[xt(n("Value for {slot}",{slot:e}),o("input",{class:"field",name:s.name,required:!0,dir:"auto",value:t.
values[s.name]??"",on:{input:i}}))]}function _t(s,t){let e=o("small",{role:"status"}),i=async l=>{let[r]=l.target.files;
if(Object.assign(t,{file:null}),t.go.disabled=!!r,!!r){e.textContent=n("Uploading the file…");try{t.file=(await U(r,()=>null).
done).upload_id,e.textContent="",t.go.disabled=!1}catch(d){e.textContent=d.message}}},a={image:n("Image"),video:n("Video"),
document:n("Document")}[s.kind];return[xt(a,o("input",{class:"field",type:"file",name:s.name,accept:Pe[s.kind],required:!0,
on:{change:i}}),e)]}function Ue(s,t){t.values[s.name]={};let e=(a,l,r)=>xt(l,o("input",{class:"field",name:a,dir:"auto",
...r,on:{input:d=>t.values[s.name][a]=d.target.value.trim()}})),i={required:!0,inputmode:"decimal",pattern:"-?[0-9]{1,3}\
([.][0-9]+)?"};return[e("latitude",n("Latitude"),i),e("longitude",n("Longitude"),i),e("name",n("Name of the place"),{}),
e("address",n("Address"),{})]}var Fe={image:_t,video:_t,document:_t,location:Ue};var Ve=4e3,ne=()=>matchMedia("(pointer: coarse)").matches,Ke=10,Ge={characters:s=>[...s].length,bytes:s=>new TextEncoder().
encode(s).length,utf16:s=>s.length},Q=class{constructor(t){this.app=t,this.mode="reply",this.attachments=new K(()=>this.
paint()),this.quick=new X(t,()=>this.field,e=>this.insert(e)),this.field=o("textarea",{rows:"1",dir:"auto","aria-label":n(
"Message"),on:{input:()=>this.typed(),keydown:e=>this.keys(e),paste:e=>this.pasted(e),blur:()=>this.quick.close()}}),this.
modes=o("div",{class:"modes",role:"tablist","aria-label":n("Kind of message")}),this.quoted=o("div",{class:"quoted"}),this.
file=o("input",{type:"file",multiple:!0,hidden:!0,on:{change:()=>(this.attach(this.file.files),this.file.value="")}}),this.
notice=o("div",{class:"notice"}),this.counter=o("bdi",{class:"counter"}),this.door=o("button",{type:"button",class:"via",
hidden:!0,"aria-haspopup":"menu",title:n("Answer through another door"),on:{click:()=>this.pickDoor()}}),this.countdown=
o("button",{type:"button",class:"countdown",hidden:!0,on:{click:()=>this.explainWindow()}}),this.sendButton=o("button",{
type:"button",class:"button primary send",on:{click:()=>this.send()}},h("send"),o("span",{class:"label"},n("Send"))),this.
tools=o("div",{class:"composer-tools"},b("attach",n("Attach files"),()=>this.file.click()),b("bolt",n("Quick replies"),()=>this.
quick.start()),b("template",n("Send a template"),()=>this.template()),Bt(e=>this.attach(e),e=>t.say(e))??"",b("plus",n("\
Buttons, list, location"),e=>this.choices(e.currentTarget)),this.file),this.root=o("div",{class:"composer",on:{dragover:e=>e.
preventDefault(),drop:e=>(e.preventDefault(),this.attach(e.dataTransfer.files))}},o("div",{class:"composer-top"},this.modes,
this.door,o("span",{class:"push"}),this.countdown),this.notice,this.quoted,this.quick.root,this.attachments.root,this.field,
o("div",{class:"composer-foot"},this.tools,o("span",{class:"push"}),this.counter,this.sendButton))}get conversation(){return this.
app.store.known.get(this.id)}open(t){this.id=t;let e=this.app.outbox.draft(t)??{};this.mode=e.mode??"reply",this.reply_to=
e.reply_to??null,this.field.value=e.text??"",this.quick.close(),this.attachments.open(t),this.grow()}paint(){let t=this.
conversation;if(!t)return;let e=this.mode==="note",i=t.capabilities?.kinds.length===0,a=!e&&(i||t.held_elsewhere||!t.window_open);
this.root.classList.toggle("noting",e),this.root.classList.toggle("closed",a),this.modes.replaceChildren(...[["reply",n(
"Reply"),"r"],["note",n("Note"),"n"]].map(([l,r,d])=>o("button",{type:"button",role:"tab",class:"mode","aria-selected":String(
this.mode===l),title:`${r} (${d})`,on:{click:()=>this.turn(l)}},r))),this.field.placeholder=e?n("Write a note only your \
team sees"):ne()?n("Write a reply"):n("Write a reply, / for quick replies"),this.field.hidden=a,this.notice.replaceChildren(
...a?this.closedNotice(t,i):[]),this.quoted.replaceChildren(...this.reply_to&&!e?[h("reply","tiny"),o("span",{dir:"auto"},
this.reply_to.text||n("A message")),b("close",n("Do not quote"),()=>this.quote(null))]:[]),this.tools.hidden=e,this.tools.
classList.toggle("mute",i);for(let l of this.tools.children)l!==this.tools.children[2]&&l.classList.toggle("off",a);this.
tools.children[2].classList.toggle("off",t.held_elsewhere||!(t.capabilities?.kinds.includes("template")??!0)),this.sendButton.
hidden=a,this.sendButton.lastChild.textContent=e?n("Add note"):n("Send"),this.paintDoor(t),this.paintCount(),this.tick()}paintDoor(t){
this.door.hidden=this.mode==="note"||!t.doors?.length,this.door.hidden||this.door.replaceChildren(E(t.inbox),o("bdi",{},
t.inbox.name),h("down","tiny"))}pickDoor(){let t=this.conversation,e=t.doors.map(i=>this.app.store.known.get(i.conversation_id)??
i);this.app.menus.open(this.door,o("h3",{},n("Answer through")),...[t,...e].map(i=>this.app.menus.item(()=>this.goTo(i),
E(i.inbox),o("bdi",{},i.inbox.name),i===t?h("check"):o("small",{},i.window_open?i.contact.address??"":n("only templates")))))}goTo(t){
if(t.conversation_id===this.id)return;let e=this.field.value;e.trim()&&!this.app.outbox.draft(t.conversation_id)?.text&&
(this.app.outbox.keep(t.conversation_id,{text:e,mode:"reply",reply_to:null}),this.app.outbox.keep(this.id,null)),this.app.
select(t.conversation_id)}closedNotice(t,e){if(e)return[h("alert"),o("span",{},n("Nothing can be sent here: it was impor\
ted, or its channel is not connected."))];if(t.held_elsewhere)return[h("alert"),o("span",{},n("Another app of your busin\
ess answers here now. Take the conversation over to write.")),o("button",{type:"button",class:"button primary",on:{click:()=>this.
app.takeOver(t)}},n("Take it over"))];let i=t.capabilities?.kinds.includes("template")??!0,a=t.last_inbound_at&&x(t.last_inbound_at),
l=a?i?n("Their last message came {at}. The time to write freely is over; only an approved template can be sent now.",{at:a}):
n("Their last message came {at}. The time to write is over until they write again.",{at:a}):n("They have not written yet\
: only an approved template can begin the conversation.");return[h("clock"),o("span",{},l),i?o("button",{type:"button",class:"\
button primary",on:{click:()=>this.template()}},n("Choose a template")):""]}explainWindow(){let t=x(this.conversation.window_closes_at);
this.app.menus.open(this.countdown,o("p",{class:"explained"},n("You may write freely until {at}. Every message of theirs\
 opens this time anew.",{at:t})))}paintCount(){let{text_limit:t,text_unit:e}=this.conversation?.capabilities??{text_limit:4096,
text_unit:"characters"},i=Ge[e](this.field.value),a=this.mode==="reply"?Math.ceil(i/t):1,l=a>Ke;this.counter.textContent=
a>1?n("{n} messages",{n:a}):this.mode==="reply"&&i>t*.8?`${B(i).replace("+","")} / ${t}`:"",this.counter.classList.toggle(
"over",l);let r=this.field.value.trim()||this.mode==="reply"&&this.attachments.files.length;this.sendButton.disabled=!r||
l||this.mode==="reply"&&!this.attachments.isReady}tick(){let t=this.conversation,e=t?.window_closes_at?Date.parse(t.window_closes_at)-
Date.now():null;this.countdown.hidden=this.mode!=="reply"||!t?.window_open||e===null,this.countdown.hidden||this.countdown.
replaceChildren(h("clock","tiny"),o("span",{},n("Window closes in {span}",{span:R(e)}))),this.countdown.classList.toggle(
"soon",e!==null&&e<2*36e5),t?.window_open&&e!==null&&e<=0&&(t.window_open=!1,this.paint())}typed(){this.keep(),this.grow(),
this.quick.offer();let t=Date.now();t-(this.said??0)<Ve||!this.field.value||(this.said=t,this.app.stream.send({type:"typ\
ing",conversation_id:this.id}),this.mode==="reply"&&t-(this.told??0)>2e4&&(this.told=t,M(`/conversations/${this.id}/typi\
ng`).catch(()=>null)))}keep(){this.app.outbox.keep(this.id,{text:this.field.value,mode:this.mode,reply_to:this.reply_to})}grow(){
let{style:t,value:e}=this.field;t.height=e?"auto":"",e&&(t.height=`${Math.min(this.field.scrollHeight,innerHeight*.35)}p\
x`),this.paint()}keys(t){t.isComposing||this.quick.keys(t)||(t.key==="Enter"&&!t.shiftKey&&(t.ctrlKey||t.metaKey||!ne())?
(t.preventDefault(),this.send()):t.key==="Escape"&&this.field.blur())}pasted(t){t.clipboardData.files.length&&(t.preventDefault(),
this.attach(t.clipboardData.files))}attach(t){!t.length||this.mode==="note"||!this.conversation?.window_open||this.conversation.
held_elsewhere||(this.attachments.add([...t]),this.field.focus())}turn(t,e=!0){this.mode=t,this.keep(),this.paint(),e&&this.
field.focus()}quote(t){this.reply_to=t&&{message_id:t.message_id,text:(t.text??"").slice(0,200)},this.turn("reply")}insert(t){
this.field.value=t,this.typed(),this.field.focus()}template(){let t=this.conversation;oe(this.app,t,(e,i,a,l)=>this.app.
reply(t,{kind:"template",template:{template_id:e.template_id,parameters:i},upload_ids:l},{text:a,kind:"template",content:{
name:e.name}}))}choices(t){let e=this.conversation;jt(this.app,t,e,this.field.value.trim(),(i,a)=>{this.app.reply(e,{...i,
reply_to_message_id:this.reply_to?.message_id},{...a,reply_to:this.reply_to}),this.id===e.conversation_id&&this.clear()})}clear(){
this.field.value="",this.reply_to=null,this.said=0,this.keep(),this.grow(),this.field.focus()}send(){if(this.paintCount(),
this.sendButton.disabled||this.sendButton.hidden)return;let t=this.field.value.trim(),e=this.conversation;this.mode==="n\
ote"?this.app.note(e,t):this.sendReply(e,t),this.clear()}sendReply(t,e){let i=this.attachments.take(),a={kind:i.length?"\
media":"text",text:e||null,upload_ids:i.length?i.map(r=>r.answer.upload_id):void 0,reply_to_message_id:this.reply_to?.message_id},
l=i.map((r,d)=>({index:d,filename:r.file.name,mime:r.file.type,size:r.file.size,url:r.url,state:"stored"}));this.app.reply(
t,a,{media:l,reply_to:this.reply_to,kind:i.length?i[0].file.type.split("/")[0]:"text"})}};var Ye=s=>[["j",n("Next conversation"),()=>s.step(1)],["k",n("Previous conversation"),()=>s.step(-1)],["r",n("Write a re\
ply"),()=>s.selected&&s.composer.turn("reply")],["n",n("Write a note"),()=>s.selected&&s.composer.turn("note")],["a",n("\
Take the conversation"),()=>s.current&&s.claim(s.current)],["e",n("Resolve the conversation"),()=>s.current&&(s.current.
status==="resolved"?null:s.resolve(s.current))],["/",n("Search"),()=>(s.back(),s.list.search.focus(),s.list.search.select())],
["?",n("Show these shortcuts"),()=>s.keyboard.help()],["Escape",n("Leave the field, close, go back"),()=>s.back()]],Z=class{constructor(t){
this.app=t,this.keys=Ye(t),this.handle=e=>this.press(e),window.addEventListener("keydown",this.handle,!0)}stop(){window.
removeEventListener("keydown",this.handle,!0)}press(t){let i=t.composedPath()[0].matches?.("input, textarea, select, [co\
ntenteditable=true]"),a=this.app.root.querySelector("dialog[open], .menu");if(i||a||t.ctrlKey||t.metaKey||t.altKey||!this.
app.root.isConnected||document.querySelector("[data-testid=stDialog]"))return;let l=this.keys.find(([r])=>r===t.key);l&&
(t.preventDefault(),t.stopImmediatePropagation(),l[2]())}help(){let t=[...this.keys,["Enter",n("Send")],["Shift+Enter",n(
"New line")],["/",n("Quick replies, in the composer")]];this.app.menus.dialog(n("Keyboard shortcuts"),o("dl",{class:"key\
s"},...t.map(([e,i])=>o("div",{},o("dt",{},o("kbd",{},e==="Escape"?"Esc":e)),o("dd",{},i)))))}};function Mt(s){requestAnimationFrame(()=>{let t=new MessageChannel;t.port1.onmessage=s,t.port2.postMessage(null)})}function Tt(s,t,e,i={}){
let a=window.prosaMarks??=[],l=performance.now();a.push({kind:s,key:t,took_ms:l-e,painted_at_ms:performance.timeOrigin+l,
...i}),a.length>2e3&&a.splice(0,2e3/2)}function Je(s,t){try{return JSON.parse(localStorage.getItem(s))??t}catch{return t}}function Xe(s,t){try{return t===null||
t===""?localStorage.removeItem(s):localStorage.setItem(s,JSON.stringify(t)),!0}catch{return!1}}var T=(s,t)=>Je(`prosa.${s}`,
t),C=(s,t)=>Xe(`prosa.${s}`,t),tt=class{constructor(t){this.me=t,this.drafts=new Map,this.pendingKey=`pending.${t.person_id}`,
this.pending=T(this.pendingKey,[]).map(e=>({...e,delivery_status:"unsent"}))}draftKey(t){return`draft.${this.me.person_id}\
.${t}`}draft(t){return this.drafts.has(t)||this.drafts.set(t,T(this.draftKey(t),null)),this.drafts.get(t)}keep(t,e){this.
drafts.set(t,e?.text||e?.reply_to?e:null),C(this.draftKey(t),this.drafts.get(t))}of(t){return this.pending.filter(e=>e.conversation_id===
t)}save(){C(this.pendingKey,this.pending.length?this.pending:null)}add(t,e,i,a){let l=crypto.randomUUID?.()??`${Date.now().
toString(16)}-${Math.random().toString(16).slice(2)}`,r={type:e==="note"?"note":"message",message_id:`unsent:${l}`,client_id:l,
conversation_id:t,direction:"outbound",kind:i.kind??"text",text:i.text??null,media:[],reactions:[],reply_to:null,at:new Date().
toISOString(),body:{...i,client_id:l},author:{kind:"agent",person_id:this.me.person_id,name:this.me.name},delivery_status:"\
sending",...a};return this.pending.push(r),this.save(),r}remove(t){this.pending=this.pending.filter(e=>e.client_id!==t),
this.save()}settle(t,e){for(let i of e){let l=i.author?.person_id===this.me.person_id&&(i.direction==="outbound"||i.type===
"note")&&this.of(t).find(r=>r.client_id===i.client_id||r.delivery_status==="sending"&&r.type===i.type&&(r.text??"")===(i.
text??"")&&Date.parse(i.at)>Date.parse(r.at)-6e4);l&&this.remove(l.client_id)}}};var Qe=5*6e4,Ze=100,et=class{constructor(t){this.isLead=t.role!=="agent",this.root=o("div",{class:"news",role:"status",hidden:!0})}start(){
this.look(),this.timer=setInterval(()=>this.look(),Qe)}stop(){clearInterval(this.timer)}async look(){try{this.pressing=(await k(
"/channels/notices")).notices.filter(t=>t.is_pressing)}catch{return}this.paint()}paint(){let t=new Set(T("news",[])),[e,
...i]=this.pressing.filter(a=>!t.has(a.event_id));this.root.hidden=!e,e&&(this.root.classList.toggle("critical",e.severity===
"critical"),this.root.replaceChildren(h("alert"),o("span",{dir:"auto",class:"told"},e.title),o("bdi",{class:"when"},I(e.
at)),i.length?o("span",{class:"chip"},`+${i.length}`):"",this.isLead?o("a",{href:"/notices"},n("All notices")):"",b("clo\
se",n("Put away"),()=>this.putAway(e))))}putAway(t){C("news",[t.event_id,...T("news",[])].slice(0,Ze)),this.paint()}};function ts(s=new Date){let t=dt(s),e=(l,r)=>ht(t.year,t.month,t.day+l,r),i=(8-t.weekday)%7||7,a=[[n("In one hour"),new Date(
s.getTime()+36e5)],[n("In three hours"),new Date(s.getTime()+3*36e5)]];return t.hour<17&&a.push([n("This evening"),e(0,18)]),
a.push([n("Tomorrow morning"),e(1,9)]),i===1?a:[...a,[n("Next Monday"),e(i,9)]]}var st=class{constructor(t){this.app=t}open(t,...e){
this.close();let i=o("div",{class:"menu",role:"menu",popover:"auto"},...e);return this.app.root.append(i),this.node=i,i.
addEventListener("toggle",a=>a.newState==="closed"&&i.remove()),i.addEventListener("keydown",a=>this.move(a)),i.showPopover(),
this.settle(i,t.getBoundingClientRect()),(i.querySelector("input")??i.querySelector("button"))?.focus(),i}close(){this.node?.
isConnected&&this.node.hidePopover(),this.node=null}settle(t,e){let{offsetWidth:i,offsetHeight:a}=t,r=getComputedStyle(this.
app.root).direction==="rtl"?e.left:e.right-i,d=e.bottom+a+8<innerHeight;t.style.left=`${Math.max(8,Math.min(r,innerWidth-
i-8))}px`,t.style.top=`${Math.max(8,d?e.bottom+4:e.top-a-4)}px`}move(t){let e={ArrowDown:1,ArrowUp:-1}[t.key];if(!e)return;
t.preventDefault();let i=[...this.node.querySelectorAll("button:not([hidden])")],a=i.indexOf(this.app.root.getRootNode().
activeElement);i.at((a+e+i.length)%i.length)?.focus()}item(t,...e){return o("button",{type:"button",role:"menuitem",class:"\
item",on:{click:()=>(this.close(),t())}},...e)}async agents(t,e){let i=await this.app.reference("/agents","agents"),a=i.
map(r=>this.item(()=>this.app.assign(e,r.person_id),q(r.name,"mini"),o("bdi",{},r.name),e.assignee?.person_id===r.person_id?
h("check"):null)),l=o("input",{type:"search",class:"search-field",placeholder:n("Find a person"),"aria-label":n("Find a \
person"),on:{input:()=>{for(let r of a)r.hidden=!r.textContent.toLocaleLowerCase().includes(l.value.toLocaleLowerCase())}}});
this.open(t,i.length>6?l:o("h3",{},n("Assign to")),...a,e.assignee?this.item(()=>this.app.assign(e,null),h("close"),o("s\
pan",{},n("Nobody"))):null)}snooze(t,e){let i=o("input",{type:"datetime-local","aria-label":n("Date and time"),class:"fi\
eld"}),a=()=>{let[l,r,d,m,c]=i.value.split(/[-T:]/u).map(Number),u=i.value&&ht(l,r,d,m,c);u&&u>new Date&&(this.close(),this.
app.snooze(e,u))};this.open(t,o("h3",{},n("Snooze until")),...ts().map(([l,r])=>this.item(()=>this.app.snooze(e,r),h("sn\
ooze"),o("span",{},l),o("small",{},x(r)))),this.item(()=>this.app.snooze(e,null),h("bell"),o("span",{},n("Until they wri\
te again"))),o("div",{class:"pick"},i,o("button",{type:"button",class:"button",on:{click:a}},n("Set")))),this.node.querySelector(
"button").focus()}async tags(t,e){let i=(await this.app.reference("/tags","tags")).map(d=>d.tag??d),a=d=>d&&!e.tags.includes(
d)&&this.app.tag(e,d),l=o("input",{class:"search-field",placeholder:n("Find or make a tag"),"aria-label":n("Find or make\
 a tag"),maxlength:"40",on:{input:()=>r.forEach(d=>d.hidden=!d.textContent.includes(l.value.trim())),keydown:d=>d.key===
"Enter"&&(this.close(),a(l.value.trim()))}}),r=i.map(d=>this.item(()=>e.tags.includes(d)?this.app.untag(e,d):a(d),h("tag"),
o("bdi",{},d),e.tags.includes(d)?h("check"):null));this.open(t,l,...r)}emoji(t,e,i,a){let l=i&&!e.includes(i)?[i,...e]:e;
this.open(t,o("div",{class:"emoji"},...l.map(r=>o("button",{type:"button","aria-label":r,"aria-pressed":String(r===i),on:{
click:()=>(this.close(),a(r))}},r))))}dialog(t,...e){let i=o("dialog",{"aria-label":t});return i.append(o("header",{},o(
"h2",{},t),b("close",n("Close"),()=>i.close())),...e.filter(Boolean)),i.addEventListener("close",()=>i.remove()),i.addEventListener(
"click",a=>a.target===i&&i.close()),this.app.root.append(i),i.showModal(),i}};var ae=/^\(\d+\+?\) /u,it=class{constructor(){this.isOn=T("notify",!1),this.button=b("bell",n("Sound and notifications"),
()=>this.turn()),this.mark(),this.watcher=new MutationObserver(()=>this.title()),this.watcher.observe(document.head,{subtree:!0,
childList:!0,characterData:!0})}stop(){this.watcher.disconnect(),document.title=document.title.replace(ae,"")}count(t){this.
n=t,this.title()}title(){let t=(this.n?`(${this.n}) `:"")+document.title.replace(ae,"");document.title!==t&&(document.title=
t)}mark(){this.button.classList.toggle("on",this.isOn),this.button.setAttribute("aria-pressed",String(this.isOn))}async turn(){
this.isOn=!this.isOn,C("notify",this.isOn),this.mark(),this.isOn&&(this.sound(),globalThis.Notification?.permission==="d\
efault"&&await Notification.requestPermission())}inbound(t,e,i){if(!this.isOn||(this.sound(),document.visibilityState===
"visible"||globalThis.Notification?.permission!=="granted"))return;let a=new Notification(A(t),{body:e??"",tag:t.conversation_id});
a.onclick=()=>(window.focus(),i())}sound(){this.audio??=new AudioContext;let t=this.audio.createOscillator(),e=this.audio.
createGain(),i=this.audio.currentTime;e.gain.setValueAtTime(.08,i),e.gain.exponentialRampToValueAtTime(1e-4,i+.3),t.frequency.
setValueAtTime(740,i),t.frequency.setValueAtTime(988,i+.09),t.connect(e).connect(this.audio.destination),t.start(i),t.stop(
i+.32)}};var ot=class{constructor(t){this.on=t,this.seq=null,this.tries=0,this.isUp=!1,this.wake=()=>this.isUp||this.open(),window.
addEventListener("online",this.wake)}open(){if(clearTimeout(this.timer),this.drop(),this.isClosed)return;let t=location.
protocol==="https:"?"wss:":"ws:",e=this.seq===null?"":`?after=${this.seq}`,i=new WebSocket(`${t}//${location.host}/api/s\
tream${e}`);this.socket=i,this.watch(),i.onmessage=a=>this.socket===i&&this.take(JSON.parse(a.data)),i.onclose=()=>this.
socket===i&&this.lost()}close(){this.isClosed=!0,clearTimeout(this.timer),clearTimeout(this.silence),window.removeEventListener(
"online",this.wake),this.drop()}send(t){this.socket?.readyState===WebSocket.OPEN&&this.socket.send(JSON.stringify(t))}drop(){
let t=this.socket;this.socket=null,t?.close()}watch(){clearTimeout(this.silence),this.silence=setTimeout(()=>this.lost(),
45e3)}lost(){if(this.drop(),clearTimeout(this.silence),this.isClosed)return;this.isUp=!1,this.tries+=1;let t=Math.min(15e3,
400*2**this.tries)*(.5+Math.random()/2);this.timer=setTimeout(()=>this.open(),t),this.on.line(!1)}take(t){if(this.watch(),
t.type==="hello"){this.tries=0,this.isUp=!0;let e=this.seq===null;this.seq??=t.seq,this.on.line(!0,e)}else t.type==="cha\
nge"?(this.seq=Math.max(this.seq??0,t.seq),this.on.change(t)):t.type==="reset"?(this.seq=t.seq,this.on.reset()):t.type in
this.on&&this.on[t.type](t)}};var es=new Set(["image","video"]),ss=new Set(["failed","unresolved","unsent","sending","queued"]),re=s=>s.type==="messag\
e"&&es.has(s.kind)&&s.media?.length>0&&!s.is_revoked&&!s.client_id&&!s.reactions?.length&&!ss.has(s.delivery_status);function is(s,t,e){
return!re(t)||!re(s)||s.reply_to||s.direction!==t.direction||s.conversation_id!==t.conversation_id||s.author?.name!==t.author?.
name||s.delivery_status!==t.delivery_status?!1:s.album||t.album?s.album===t.album:!s.text&&Date.parse(s.at)-Date.parse(e.
at)<1e4}function le(s){let t=[],e=[],i=()=>{e.length>1?t.push({...e[0],at:e.at(-1).at,text:e.map(a=>a.text).filter(Boolean).
join(`
`)||null,media:e.flatMap(a=>a.media),members:e}):t.push(...e)};for(let a of s)e.length&&is(a,e[0],e.at(-1))?e.push(a):(i(),
e=[a]);return i(),t}var os=["👍","❤️","😂","😮","😢","🙏"];function ce(s,t,e){let i={note:ls,activity:ns}[t.type]?.(s,t)??cs(s,
t,e);return i.dataset.key=y(t),i}var Ct=s=>o("bdi",{},o("time",{datetime:s,title:x(s)},z(s)));function ns(s,t){return o(
"div",{class:"activity"},t.activity==="call.reported"?h("phone","tiny"):null,o("span",{dir:"auto"},rs(t)),Ct(t.at))}function as(s){
let t=s.direction==="inbound";return s.duration_s?t?n("The customer called: {span}",{span:mt(s.duration_s)}):n("We calle\
d: {span}",{span:mt(s.duration_s)}):s.events?.accepted?t?n("The customer called, and it was answered"):n("We called, and\
 it was answered"):s.events?.terminate||s.events?.rejected?t?n("Missed call from the customer"):n("We called, and nobody\
 answered"):t?n("The customer calls"):n("We call the customer")}function rs(s){let t=s.payload??{},e={name:s.author?.name??
n("Somebody"),tag:t.tag??"",assignee:t.assignee_name??n("Somebody")};return{"call.reported":()=>as(t),"conversation.take\
n_over":()=>n("{name} took the conversation back from another app",e),"conversation.resolved":()=>n("{name} resolved the\
 conversation",e),"conversation.reopened":()=>t.reason==="snooze_ended"?n("The snooze ended"):n("{name} reopened the con\
versation",e),"conversation.snoozed":()=>t.until_us?n("{name} snoozed the conversation",e):n("{name} snoozed the convers\
ation until the customer writes",e),"conversation.tagged":()=>n("{name} put on the tag “{tag}”",e),"conversation.unt\
agged":()=>n("{name} took off the tag “{tag}”",e),"conversation.assigned":()=>t.assignee_id?t.assignee_id===s.author?.
person_id?n("{name} took the conversation",e):n("{name} assigned the conversation to {assignee}",e):n("{name} unassigned\
 the conversation",e)}[s.activity]?.()??s.text??s.activity}function ls(s,t){return o("div",{class:`bubble-row out noted ${t.
delivery_status??""}`},o("div",{class:"bubble note"},o("div",{class:"author"},h("note","tiny"),o("bdi",{},t.author?.name??
""),o("small",{},n("Only your team sees this"))),o("div",{class:"text",dir:"auto"},...V(t.text??"")),o("div",{class:"met\
a"},Ct(t.at),t.client_id?de(t):null)),t.client_id?he(s,t):null)}function cs(s,t,e){let i=t.direction==="outbound",a=o("d\
iv",{class:`bubble${t.is_revoked?" revoked":""}${t.kind==="sticker"?" bare":""}`},!e&&t.author?.name&&(i||t.author.is_participant)?
o("div",{class:"author"},o("bdi",{},t.author.name),t.author.kind==="bot"?o("small",{},n("Bot")):null):null,t.is_auto?o("\
div",{class:"origin"},h("clock"),n("Automatic reply")):null,t.reply_to?o("blockquote",{class:"quote",dir:"auto"},t.reply_to.
text||n("A message")):null,...t.is_revoked?[o("div",{class:"text"},i?n("This message was deleted"):n("The sender deleted\
 this message"))]:Qt(t),o("div",{class:"meta"},ds(s,t),t.is_edited?o("span",{},n("edited")):null,Ct(t.at),i?de(t):null),
t.reactions?.length?o("div",{class:"reactions"},...t.reactions.map(l=>o("span",{title:l.by==="contact"?n("Customer"):n("\
Us")},l.emoji))):null);return o("div",{class:`bubble-row ${i?"out":"in"}${e?" run":""} ${t.delivery_status??""}`},a,t.client_id||
t.is_revoked||St(s,t)?null:hs(s,t),he(s,t))}var St=(s,t)=>!!t.conversation_id&&t.conversation_id!==s.thread.id;function ds(s,t){
return(St(s,t)||s.store.known.get(s.thread.id)?.doors?.length)&&t.inbox?o("span",{class:`by${St(s,t)?" elsewhere":""}`},
E(t.inbox),o("bdi",{},t.inbox.name)):null}function hs(s,t){let{kinds:e,quotes:i}=s.store.known.get(s.thread.id)?.capabilities??
{},a=t.reactions?.find(r=>r.by==="business")?.emoji,l=b("smile",n("React"),()=>s.menus.emoji(l,os,a,r=>s.react(t,r===a?"":
r)));return o("div",{class:"tools"},i??!0?b("reply",n("Reply to this message"),()=>s.composer.quote(t)):null,e?.includes(
"reaction")??!0?l:null)}function de(s){let[t,e,i=""]={sending:["clock",n("Sending")],queued:["clock",n("Waiting to be se\
nt")],accepted:["clock",n("Waiting to be sent")],sent:["check",n("Sent")],delivered:["checks",n("Delivered")],read:["che\
cks",n("Read"),"blue"],played:["checks",n("Played"),"blue"],failed:["alert",n("Not sent"),"red"],unsent:["alert",n("Not \
sent"),"red"],unresolved:["question",n("Outcome unknown"),"amber"],cancelled:["close",n("Given up")]}[s.delivery_status]??
["check",s.delivery_status??""];return o("span",{class:`delivery ${i}`,role:"img","aria-label":e,title:e},h(t,"tiny"))}var us=s=>/tried again/u.
test(s)?n(s).replace(/[;،][^;،]*$/u,"."):n(s);function he(s,t){let e=(i,a)=>o("button",{type:"button",class:"link",on:{
click:a}},i);return t.delivery_status==="unsent"?o("div",{class:"trouble",role:"alert"},t.problem??n("This was not sent \
yet."),e(n("Send again"),()=>s.resend(t)),e(n("Back to the composer"),()=>s.takeBack(t))):t.delivery_status==="failed"?o(
"div",{class:"trouble"},o("span",{dir:"auto"},t.error?.advice?us(t.error.advice):t.error?.detail||n("The channel refused\
 this message.")),t.error?.code?o("bdi",{class:"code"},String(t.error.code)):null,e(n("Retry"),()=>s.message(t,"retry"))):
t.delivery_status==="unresolved"?o("div",{class:"trouble amber"},n("The channel did not answer, so this may or may not h\
ave arrived. Retrying could send it twice."),e(n("Retry"),()=>s.message(t,"retry")),e(n("Give up"),()=>s.message(t,"canc\
el"))):t.delivery_status==="queued"&&t.error?o("div",{class:"trouble amber"},o("span",{dir:"auto"},t.error.advice?n(t.error.
advice):t.error.detail),e(n("Cancel sending"),()=>s.message(t,"cancel"))):t.delivery_status==="queued"&&!t.client_id&&Date.
now()-Date.parse(t.at)>6e4?o("div",{class:"trouble quiet"},e(n("Cancel sending"),()=>s.message(t,"cancel"))):null}function ue(s,t){let e=t.assignee?.person_id===s.me.person_id;return[b("back",n("Back to the list"),()=>s.back(),"back"),
q(A(t),"wide-only",t.contact.picture_url),o("div",{class:"title"},o("h2",{},o("bdi",{},A(t))),o("div",{class:"under"},E(
t.inbox),o("bdi",{},t.inbox.name),o("bdi",{dir:"ltr",class:"address"},t.inbox.channel==="webchat"?"":t.contact.address??
""),...ps(s,t))),o("div",{class:"actions"},fs(s,t,e),...gs(s,t),b("tag",n("Tags"),i=>s.menus.tags(i.currentTarget,t),"no\
t-phone"),ms(s,t),b("panel",n("Customer details"),()=>s.togglePane()))]}function ps(s,t){return t.tags.map(e=>o("span",{
class:"chip tag"},o("bdi",{},e),o("button",{type:"button","aria-label":n("Remove the tag {tag}",{tag:e}),on:{click:()=>s.
untag(t,e)}},h("close","tiny"))))}function ms(s,t){let e=(a,l,r)=>s.menus.item(()=>s.menus[a](i,t),h(l),o("span",{},r)),
i=b("more",n("More"),()=>s.menus.open(i,t.status==="open"?e("snooze","snooze",n("Snooze")):"",e("tags","tag",n("Tags"))),
"phone-only");return i}function fs(s,t,e){let i=a=>s.menus.agents(a.currentTarget,t);if(!t.assignee){let a=o("button",{type:"\
button",class:"button primary",title:`${n("Take it")} (a)`,on:{click:()=>s.claim(t)}},n("Take it"));return o("span",{class:"\
pair"},a,b("person",n("Assign to somebody"),i))}return o("button",{type:"button",class:"button holder",title:n("Assigned\
 to {name}",{name:t.assignee.name}),"aria-haspopup":"menu",on:{click:i}},q(t.assignee.name,"mini"),o("bdi",{class:"label"},
e?n("You"):t.assignee.name),h("down","tiny"))}function gs(s,t){if(t.status==="open")return[b("snooze",n("Snooze"),i=>s.menus.
snooze(i.currentTarget,t),"not-phone"),o("button",{type:"button",class:"button resolve",title:`${n("Resolve")} (e)`,on:{
click:()=>s.resolve(t)}},h("check"),o("span",{class:"label"},n("Resolve")))];let e=t.status==="snoozed"?t.snoozed_until_at?
n("Snoozed until {at}",{at:x(t.snoozed_until_at)}):n("Snoozed until they write"):n("Resolved");return[o("span",{class:"c\
hip status",title:e},h(t.status==="snoozed"?"snooze":"check"),o("span",{class:"label"},e)),o("button",{type:"button",class:"\
button",on:{click:()=>s.reopen(t)}},h("reopen"),o("span",{class:"label"},n("Reopen")))]}var bs=120,vs=5*6e4,nt=class{constructor(t){this.app=t,this.head=o("header",{class:"head"}),this.log=o("div",{class:"log",
role:"log","aria-label":n("Messages"),"aria-live":"polite","aria-relevant":"additions",tabindex:"0",on:{scroll:()=>this.
scrolled()}}),this.jump=b("down",n("Go to the newest message"),()=>this.toEnd(!0),"jump"),this.jump.hidden=!0,this.typing=
o("div",{class:"typing",role:"status"}),this.body=o("div",{class:"thread-body"},this.log,this.jump),this.banner=o("div",
{class:"banner",role:"status",hidden:!0}),this.root=o("section",{class:"thread","aria-label":n("Conversation")},this.head,
this.banner,this.body,this.typing,t.composer.root),this.nodes=new Map,this.blank()}blank(){this.id=null,this.root.classList.
add("blank"),this.head.replaceChildren(),this.banner.hidden=!0,this.log.replaceChildren(o("div",{class:"empty"},h("whats\
app"),o("strong",{},n("Choose a conversation")),o("p",{},n("Press j and k to move through the list, ? for all shortcuts."))))}async open(t){
this.id=t,this.root.classList.remove("blank"),this.typing.replaceChildren(),this.paintHead();let e=this.app.store.threads.
get(t);if(e){this.paint(e);return}this.skeleton();try{let i=await this.app.store.thread(t);this.id===t&&this.paint(i)}catch(i){
this.id===t&&this.failed(i)}}skeleton(){this.nodes.clear(),this.log.setAttribute("aria-busy","true"),this.log.replaceChildren(
...["in","out","in","in","out"].map(t=>o("div",{class:`bubble-row ${t}`},o("div",{class:"bubble skeleton"}))))}failed(t){
this.log.removeAttribute("aria-busy"),this.log.replaceChildren(o("div",{class:"empty",role:"alert"},h("alert"),o("strong",
{},n("This conversation could not be loaded")),o("p",{},t.message),o("button",{type:"button",class:"button",on:{click:()=>this.
open(this.id)}},n("Try again"))))}paintHead(){let t=this.app.store.known.get(this.id);t&&this.head.replaceChildren(...ue(
this.app,t)),this.banner.hidden=!t?.held_elsewhere,this.banner.hidden||this.banner.replaceChildren(h("alert","tiny"),o("\
span",{},n("Another app of your business holds this conversation.")),o("button",{type:"button",class:"link",on:{click:()=>this.
app.takeOver(t)}},n("Take it over")))}entries(t){return le([...t.entries,...this.app.outbox.of(this.id)])}paint(t){this.
nodes.clear(),this.log.removeAttribute("aria-busy"),this.log.setAttribute("aria-live","off");let e=this.entries(t),i=e.flatMap(
(a,l)=>this.draw(a,e[l-1]));e.length||i.push(o("div",{class:"empty"},h("note"),o("strong",{},n("No messages yet")))),this.
log.replaceChildren(this.olderButton(t),...i),this.follow(),requestAnimationFrame(()=>this.log.setAttribute("aria-live",
"polite")),this.app.shown(this.id)}draw(t,e){let i=e&&e.type===t.type&&e.conversation_id===t.conversation_id&&e.direction===
t.direction&&ut(e.at,t.at)&&e.author?.name===t.author?.name&&Date.parse(t.at)-Date.parse(e.at)<vs,a=ce(this.app,t,i);return a.
dataset.day=pt(t.at),this.nodes.set(y(t),a),e&&ut(e.at,t.at)?[a]:[o("div",{class:"day",role:"separator"},o("bdi",{},pt(t.
at))),a]}olderButton(t){return t.before?o("div",{class:"beginning"},o("button",{type:"button",class:"link",on:{click:()=>this.
loadOlder()}},n("Load earlier messages"))):o("div",{class:"beginning"})}async loadOlder(){let t=this.app.store.threads.get(
this.id);if(this.isLoading||!t?.before)return;this.isLoading=!0;let e=this.id;try{if(await this.app.store.older(e),this.
id!==e)return;let i=this.log.scrollHeight-this.log.scrollTop,a=this.entries(t);this.nodes.clear(),this.log.replaceChildren(
this.olderButton(t),...a.flatMap((l,r)=>this.draw(l,a[r-1]))),this.log.scrollTop=this.log.scrollHeight-i}catch(i){this.app.
say(i.message)}finally{this.isLoading=!1}}update(t){let e=this.app.store.threads.get(this.id);if(!e)return;let i=this.entries(
e),a=new Set(i.map(y)),l=new Map(i.flatMap((r,d)=>(r.members??[r]).map(m=>[y(m),d])));for(let[r,d]of this.nodes)a.has(r)||
this.remove(r,d);this.log.querySelector(":scope > .empty")&&this.log.querySelector(":scope > .empty").remove();for(let r of new Set(
t.map(d=>l.get(y(d)))))this.put(i,r);this.isStanding?this.follow():t.some(r=>r.direction==="inbound")&&(this.jump.hidden=
!1)}put(t,e){if(e===void 0)return;let i=t[e],a=this.draw(i,t[e-1]),l=this.heldNode(y(i)),r=t.slice(e+1).map(d=>this.heldNode(
y(d))).find(Boolean);l?l.replaceWith(a.at(-1)):r?r.before(a.at(-1)):this.log.append(...a)}heldNode(t){return[...this.log.
children].find(e=>e.dataset.key===t)}remove(t,e){e.remove(),this.nodes.delete(t)}isAtEnd(){return this.log.scrollHeight-
this.log.scrollTop-this.log.clientHeight<bs}follow(){this.isStanding=!0,this.jump.hidden=!0,cancelAnimationFrame(this.following),
this.following=requestAnimationFrame(()=>this.toEnd())}toEnd(t=!1){this.log.scrollTo({top:this.log.scrollHeight,behavior:t?
"smooth":"instant"}),this.jump.hidden=!0}scrolled(){this.isStanding=this.isAtEnd(),this.isStanding&&(this.jump.hidden=!0),
this.log.scrollTop<80&&this.loadOlder()}colleague(t,e){let i=t?e==="typing"?n("{name} is writing here too",{name:t.name}):
n("{name} is looking at this too",{name:t.name}):n("The customer is writing…");this.typing.replaceChildren(h(e==="typi\
ng"?"note":"person","tiny"),o("span",{},i)),this.typing.classList.toggle("alarming",!!t&&e==="typing"),clearTimeout(this.
quiet),this.quiet=setTimeout(()=>this.typing.replaceChildren(),6e3)}};var ws=180,pe=60,at=matchMedia("(max-width: 1100px)"),ys=4,rt=class{constructor(t){this.me=t.me,this.store=new F(t.me,T(
"filters",{})),this.outbox=new tt(t.me),this.reference=ee(),this.menus=new st(this),this.notify=new it,this.stream=new ot(
{change:e=>this.changed(e),reset:()=>this.refetch(),line:(e,i)=>this.line(e,i),typing:e=>this.colleague(e),viewing:e=>this.
colleague(e)}),Object.assign(this,zt(this)),this.composer=new Q(this),this.thread=new nt(this),this.list=new J(this),this.
lineBar=o("div",{class:"line",role:"status",hidden:!0},o("span",{class:"spinner"}),o("span",{},n("Offline, reconnecting…\
 Nothing you write is lost."))),this.news=new et(t.me),this.toast=o("div",{class:"toast",role:"alert",hidden:!0}),this.root=
o("div",{class:"inbox",dir:t.dir??"ltr",lang:t.locale,dataset:{pane:"list"}},this.lineBar,this.news.root,o("div",{class:"\
panes"},this.list.root,this.thread.root),this.toast),this.keyboard=new Z(this)}get current(){return this.selected?this.store.
known.get(this.selected):null}async start(t){this.stream.open(),this.clock=setInterval(()=>(this.list.tick(),this.composer.
tick()),1e4),this.onVisible=()=>this.selected&&document.visibilityState==="visible"&&this.seen(this.selected),document.addEventListener(
"visibilitychange",this.onVisible),this.onNarrow=()=>this.pane(!at.matches&&T("pane",!0)),at.addEventListener("change",this.
onNarrow),this.onNarrow(),await this.list.reload(),this.news.start(),t?this.select(t):setTimeout(()=>this.prefetchAround(
0),pe)}stop(){clearInterval(this.clock),document.removeEventListener("visibilitychange",this.onVisible),at.removeEventListener(
"change",this.onNarrow),this.stream.close(),this.keyboard.stop(),this.notify.stop(),this.news.stop(),this.menus.close(),
delete document.documentElement.dataset.prosaPane}async select(t,{began:e=performance.now()}={}){let i=this.selected;this.
selected=t,this.began={id:t,at:e},this.root.dataset.pane="thread",!(!this.store.known.has(t)&&!await this.fetchOne(t))&&
this.selected===t&&(this.thread.open(t),this.composer.open(t),this.list.choose(t,i),this.tellPython(t),clearTimeout(this.
settling),this.settling=setTimeout(()=>this.settled(t),pe))}settled(t){this.selected===t&&(this.stream.send({type:"viewi\
ng",conversation_id:t}),this.current.capabilities||this.learnMore(t),this.prefetchAround(this.store.order.indexOf(t)))}async learnMore(t){
!await this.fetchOne(t)||this.selected!==t||(this.current.doors.length&&this.store.threads.has(t)&&this.thread.open(t),this.
composer.paint())}async fetchOne(t){try{return this.store.learn(await k(`/conversations/${t}`)),!0}catch(e){return this.
say(e.status===404?n("This conversation does not exist or is not yours to see."):e.message),!1}}shown(t){if(this.began?.
id===t){let{at:e}=this.began;this.began=null,Mt(()=>Tt("thread",t,e))}document.visibilityState==="visible"&&this.seen(t)}tellPython(t){
clearTimeout(this.telling),this.telling=setTimeout(()=>{let e=new URL(location.href);e.searchParams.set("c",t),history.replaceState(
history.state,"",e),this.tell?.("selected",{conversation_id:t,contact_id:this.store.known.get(t)?.contact.contact_id??null})},
ws)}prefetch(t){this.store.threads.has(t)||this.store.thread(t).catch(()=>null)}prefetchAround(t){for(let e of this.store.
order.slice(Math.max(0,t-1),t+ys))this.prefetch(e)}step(t){let{order:e}=this.store,i=e.indexOf(this.selected),a=t===0||i<
0?e[0]:e[Math.min(e.length-1,Math.max(0,i+t))];a&&a!==this.selected&&this.select(a),e.indexOf(a)>e.length-8&&this.list.loadMore()}back(){
this.menus.close(),this.root.dataset.pane="list",innerWidth<=760&&this.pane(!1)}togglePane(){this.pane(document.documentElement.
dataset.prosaPane!=="open")}pane(t){document.documentElement.dataset.prosaPane=t?"open":"closed",at.matches||C("pane",t)}rememberFilters(){
let{q:t,...e}=this.store.filters;C("filters",e)}changed(t){let e=performance.now(),i=t.conversation.conversation_id,a=this.
current?.contact.customer_id;this.outbox.settle(i,t.entries??[]);let l=this.store.apply(t);t.conversation.gone&&this.gone(
i),this.list.paint(),i===this.selected&&!t.conversation.gone?(this.thread.paintHead(),this.thread.update(t.entries??[]),
this.composer.paint(),l.some(d=>d.direction==="inbound")&&document.visibilityState==="visible"&&this.seen(i),this.current.
contact.customer_id!==a&&this.regrouped(i)):gt(this.current,this.store.known.get(i))&&this.thread.update((t.entries??[]).
filter(d=>d.type!=="activity"));let r=(t.entries??[]).find(d=>d.direction==="inbound"&&Date.now()-Date.parse(d.at)<6e4);
r&&this.mattersToMe(t.conversation)&&this.notify.inbound(t.conversation,r.text,()=>this.select(i)),Mt(()=>Tt("event",t.seq,
e,{id:i,entries:(t.entries??[]).map(d=>d.message_id??d.note_id)})),this.refreshPane(i,l)}async regrouped(t){await this.fetchOne(
t)&&this.thread.open(t),this.tell?.("refreshed",Date.now())}refreshPane(t,e){t===this.selected&&e.some(i=>i.type==="acti\
vity")&&this.tell?.("refreshed",Date.now())}mattersToMe(t){let e=t.assignee?.person_id;return!e||e===this.me.person_id}gone(t){
t===this.selected&&(this.selected=null,this.thread.blank(),this.say(n("This conversation moved to an inbox you do not se\
e.")))}colleague({conversation_id:t,person:e,type:i}){t===this.selected&&e?.person_id!==this.me.person_id&&this.thread.colleague(
e,i)}line(t,e){this.lineBar.hidden=t,this.root.dataset.line=t?"up":"down",t&&!e&&this.resendPassing(),t||this.askWhy()}async askWhy(){
try{await k("/me")}catch{return}}async refetch(){this.store.reset(),await this.list.reload(),this.selected&&await this.fetchOne(
this.selected)&&this.thread.open(this.selected)}say(t,e=!1){this.toast.replaceChildren(h(e?"check":"alert"),o("span",{dir:"\
auto"},t)),this.toast.classList.toggle("good",e),this.toast.hidden=!1,clearTimeout(this.toasting),this.toasting=setTimeout(
()=>this.toast.hidden=!0,6e3)}};var At=new WeakMap;function _o({parentElement:s,data:t,setStateValue:e}){let i=At.get(s);return i||(Ot(t),i=new rt(t),At.
set(s,i),s.querySelector("[data-inbox]").replaceChildren(i.root),i.start(t.selected)),i.tell=e,()=>{At.delete(s),i.stop(),
i.root.remove()}}export{_o as default};
