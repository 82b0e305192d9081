var tt="en",et,gt={},z=new Map;function bt(s){tt=(s.locale??"en").replace("_","-"),et=s.timezone||void 0,gt=s.strings??{},
z.clear()}function n(s,t={}){return(gt[s]??s).replace(/\{(\w+)\}/gu,(e,i)=>i in t?String(t[i]):e)}function T(s,t){let e=s.
name+JSON.stringify(t);return z.has(e)||z.set(e,new s(tt,t)),z.get(e)}var q=s=>T(Intl.DateTimeFormat,{...s,timeZone:et}),
A=s=>q({hour:"2-digit",minute:"2-digit"}).format(new Date(s)),_=s=>q({dateStyle:"medium",timeStyle:"short"}).format(new Date(
s));function st(s){let t=new Intl.DateTimeFormat("en-US-u-hc-h23",{timeZone:et,year:"numeric",month:"numeric",day:"numer\
ic",hour:"numeric",minute:"numeric"}).formatToParts(s),{year:e,month:i,day:a,hour:l,minute:r}=Object.fromEntries(t.map(d=>[
d.type,Number(d.value)]));return{year:e,month:i,day:a,hour:l,minute:r,weekday:new Date(Date.UTC(e,i-1,a)).getUTCDay()}}function it(s,t,e,i,a=0){
let l=Date.UTC(s,t-1,e,i,a),r=y=>{let c=st(new Date(y));return Date.UTC(c.year,c.month-1,c.day,c.hour,c.minute)},d=l-(r(
l)-l);return new Date(d-(r(d)-l))}var E=s=>q({year:"numeric",month:"2-digit",day:"2-digit"}).format(new Date(s)),ot=(s,t)=>E(
s)===E(t);function nt(s){for(let t of[0,-1])if(E(s)===E(Date.now()+t*864e5))return T(Intl.RelativeTimeFormat,{numeric:"a\
uto"}).format(t,"day");return q({weekday:"long",day:"numeric",month:"long",year:"numeric"}).format(new Date(s))}function at(s){
return s?E(s)===E(Date.now())?A(s):q({day:"numeric",month:"short"}).format(new Date(s)):""}function L(s){let t=Math.max(
0,Math.floor(s/6e4)),[e,i]=t<60?[t,"minute"]:t<2880?[Math.floor(t/60),"hour"]:[Math.floor(t/1440),"day"];return T(Intl.NumberFormat,
{style:"unit",unit:i,unitDisplay:"narrow"}).format(e)}var N=s=>s>=1e3?`${T(Intl.NumberFormat,{}).format(1e3)}+`:T(Intl.NumberFormat,
{}).format(s??0);function P(s){let[t,e]=s<1e6?[Math.max(1,Math.round(s/1e3)),"kilobyte"]:[s/1e6,"megabyte"];return T(Intl.
NumberFormat,{style:"unit",unit:e,maximumFractionDigits:1}).format(t)}function rt(s,t){try{return T(Intl.NumberFormat,{style:"\
currency",currency:t}).format(s)}catch(e){if(e instanceof RangeError)return`${s} ${t??""}`.trim();throw e}}function yt(s){
let t=(s??"").replace(/[^\p{L}\p{N}\s]/gu,"").trim().split(/\s+/u).filter(Boolean);return(t.length>1?[t[0],t.at(-1)]:t).
map(i=>[...i][0].toLocaleUpperCase(tt)).join("")||"?"}var vt=s=>[...s??""].reduce((t,e)=>(t*31+e.codePointAt(0))%360,7);var D=class extends Error{constructor(t,e,i,a={}){super(i),Object.assign(this,{status:t,code:e,facts:a})}get isPassing(){
return this.status===0||this.status===429||this.status>=500}};function wt(s,t){s===401&&location.assign(`/login?next=${encodeURIComponent(
location.pathname+location.search)}`);let e=t?.error??{};return new D(s,e.code??"unknown",e.message??`HTTP ${s}`,e.facts??
{})}async function I(s,t,e,i){let a={Accept:"application/json"};s!=="GET"&&(a["X-Prosa"]="1"),e!==void 0&&(a["Content-Ty\
pe"]="application/json");let l;try{l=await fetch(`/api${t}`,{method:s,headers:a,signal:i,credentials:"same-origin",body:e===
void 0?void 0:JSON.stringify(e)})}catch(d){throw d.name==="AbortError"?d:new D(0,"offline","No connection")}let r=await l.
json().catch(()=>null);if(!l.ok)throw wt(l.status,r);return r??{}}var k=(s,t)=>I("GET",s,void 0,t),x=(s,t={})=>I("POST",
s,t),kt=(s,t)=>Array.isArray(s)?s:s[t]??s.items??[];function _t(s,t){let e=new XMLHttpRequest,i=new Promise((l,r)=>{e.upload.
onprogress=d=>d.lengthComputable&&t(d.loaded/d.total),e.onload=()=>e.status<300?l(e.response):r(wt(e.status,e.response)),
e.onerror=()=>r(new D(0,"offline","No connection")),e.onabort=()=>r(new D(0,"aborted","Stopped"))});e.open("POST","/api/\
uploads"),e.responseType="json",e.setRequestHeader("X-Prosa","1");let a=new FormData;return a.append("file",s),e.send(a),
{done:i,abort:()=>e.abort()}}var Ft=40,xt=50,Kt=60,w=s=>s.message_id??s.note_id??s.event_id,Vt={newest:(s,t)=>(t.last_message_at??"").localeCompare(s.
last_message_at??""),oldest:(s,t)=>(s.last_message_at??"").localeCompare(t.last_message_at??""),waiting:(s,t)=>(s.waiting_since_at??
"9").localeCompare(t.waiting_since_at??"9")},R=class{constructor(t,e){this.me=t,this.filters={tab:"mine",status:"open",sort:"\
newest",...e},this.known=new Map,this.order=[],this.cursor=null,this.counts={},this.threads=new Map,this.loading=new Map}query(t){
let e=Object.entries(this.filters).filter(([,i])=>i);return new URLSearchParams([...e,["limit",Ft],...t?[["cursor",t]]:[]]).
toString()}async load(t=!1){this.abort?.abort(),this.abort=new AbortController;let e=await k(`/conversations?${this.query(
t?this.cursor:null)}`,this.abort.signal);for(let a of e.conversations)this.learn(a);let i=e.conversations.map(a=>a.conversation_id);
this.order=t?[...this.order,...i.filter(a=>!this.order.includes(a))]:i,this.cursor=e.next_cursor,this.counts=e.counts??this.
counts}learn(t){let e=t.conversation_id,i=this.known.get(e);return(!i||t.version>=i.version)&&this.known.set(e,{...i,...t}),
this.known.get(e)}belongs(t){let e=this.filters,i=t.assignee?.person_id;return e.q?this.order.includes(t.conversation_id):
(e.status==="any"||t.status===e.status)&&(e.tab==="all"||(e.tab==="mine"?i===this.me.person_id:!i))&&(!e.inbox_id||t.inbox.
inbox_id===e.inbox_id)&&(!e.channel||t.inbox.channel===e.channel)&&(!e.tag||t.tags.includes(e.tag))&&(!e.assignee_id||i===
e.assignee_id)&&(!e.unread||t.unread_count>0)&&(!e.waiting||!!t.waiting_since_at)}place(t){let e=this.known.get(t);if(this.
order=this.order.filter(l=>l!==t),!e||!this.belongs(e))return;let i=Vt[this.filters.sort],a=this.order.findIndex(l=>i(e,
this.known.get(l))<0);a>=0?this.order.splice(a,0,t):this.cursor||this.order.push(t)}forget(t){this.known.delete(t),this.
threads.delete(t),this.order=this.order.filter(e=>e!==t)}thread(t){if(this.threads.has(t))return Promise.resolve(this.threads.
get(t));if(!this.loading.has(t)){let e=this.fetchThread(t).finally(()=>this.loading.delete(t));this.loading.set(t,e)}return this.
loading.get(t)}async fetchThread(t){let e=[];this.missed??=new Map,this.missed.set(t,e);try{let i=await k(`/conversation\
s/${t}/thread?limit=${xt}`),a={entries:i.entries,before:i.before,reached:i.reached_seq??0};this.threads.set(t,a);for(let[
l,r]of e)l>a.reached&&this.merge(t,r);return this.threads.size>Kt&&this.threads.delete(this.threads.keys().next().value),
a}finally{this.missed.delete(t)}}async older(t){let e=this.threads.get(t);if(!e?.before)return[];let i=await k(`/convers\
ations/${t}/thread?limit=${xt}&before=${encodeURIComponent(e.before)}`),a=new Set(e.entries.map(w)),l=i.entries.filter(r=>!a.
has(w(r)));return e.entries.unshift(...l),e.before=i.before,l}apply(t){let e=t.conversation.conversation_id;if(t.counts&&
(this.counts=t.counts),t.conversation.gone)return this.forget(e),[];this.learn(t.conversation),this.place(e),this.missed?.
get(e)?.push([t.seq,t.entries??[]]);let i=this.threads.get(e);return i&&t.seq>i.reached?this.merge(e,t.entries??[]):[]}merge(t,e){
let i=this.threads.get(t);if(!i)return[];let a=[];for(let l of e){let r=i.entries.findIndex(d=>w(d)===w(l));if(r>=0)i.entries[r]=
l;else{let d=i.entries.length;for(;d>0&&i.entries[d-1].at>l.at;)d-=1;i.entries.splice(d,0,l),a.push(l)}}return a}reset(){
this.threads.clear();for(let t of this.known.values())t.version=-1}};var Gt=s=>({"conversation.assigned":n("{name} assigned it",{name:s}),"conversation.resolved":n("{name} resolved it",{name:s}),
"conversation.snoozed":n("{name} snoozed it",{name:s}),"conversation.reopened":n("{name} reopened it",{name:s}),"message\
.received":n("the customer wrote"),"message.queued":n("{name} replied",{name:s}),"send.requested":n("{name} replied",{name:s})});
function Jt(s){let t=(s.changed??[]).map(({event:e,by:i,at:a})=>`${Gt(i?.name??i??n("Somebody"))[e]??n("something change\
d")}${a?` (${A(a)})`:""}`);return t.length?n("Meanwhile: {what}. It has been loaded again.",{what:[...new Set(t)].join("\
, ")}):n("It changed since you looked. It has been loaded again.")}function Mt(s){async function t(c,u,m,f){try{let p=await x(
`/conversations/${c.conversation_id}${u}`,{...m,version:c.version});e(p.conversation),f&&s.say(f,!0)}catch(p){p.code!=="\
conflict"?s.say(p.message):(s.say(Jt(p.facts)),await i(c.conversation_id))}}function e(c){s.store.learn(c),s.store.place(
c.conversation_id),s.list.paint(),s.selected===c.conversation_id&&(s.thread.paintHead(),s.composer.paint())}async function i(c){
await s.fetchOne(c)&&e(s.store.known.get(c))}async function a(c,u,m,f){try{e((await I(u,`/conversations/${c.conversation_id}\
/tags${m}`,f)).conversation)}catch(p){s.say(p.message)}}async function l(c,u,m,f){let p=s.store.order.indexOf(c.conversation_id);
await t(c,u,m,f);let b=!s.store.order.includes(c.conversation_id);b&&innerWidth<=760?s.back():b&&p>=0&&s.selected===c.conversation_id&&
s.store.order.length&&s.select(s.store.order[Math.min(p,s.store.order.length-1)])}async function r(c){let u=c.type==="no\
te",m=c.conversation_id;try{let f=await x(`/conversations/${m}/${u?"notes":"replies"}`,c.body),p=f.message??f.note;s.outbox.
remove(c.client_id);let b=s.store.threads.get(m)?.entries.some(v=>w(v)===w(p));b||s.store.merge(m,[p]),d(m,b?[]:[p])}catch(f){
Object.assign(c,{delivery_status:"unsent",problem:f.code==="offline"?n("No connection. It will be sent when the line is \
back."):f.message,isPassing:f.isPassing}),s.outbox.save(),d(m,[c]),f.code==="window_closed"&&await i(m)}}function d(c,u){
s.selected===c&&s.thread.update(u)}function y(c,u,m,f){let p=s.outbox.add(c.conversation_id,u,m,f);return d(c.conversation_id,
[p]),s.thread.toEnd(),r(p)}return{claim:c=>c.assignee?.person_id===s.me.person_id?null:t(c,"/claim",{},n("It is yours")),
assign:(c,u)=>t(c,"/assign",{assignee_id:u}),snooze:(c,u)=>l(c,"/snooze",{until_at:u?u.toISOString():null},u?n("Snoozed \
until {at}",{at:_(u)}):n("Snoozed until they write")),resolve:c=>l(c,"/resolve",{},n("Resolved")),reopen:c=>t(c,"/reopen",
{}),tag:(c,u)=>a(c,"POST","",{tag:u}),untag:(c,u)=>a(c,"DELETE",`/${encodeURIComponent(u)}`),reply:(c,u,m)=>y(c,"reply",
u,m),note:(c,u)=>y(c,"note",{text:u}),react:(c,u)=>x(`/conversations/${s.selected}/replies`,{kind:"reaction",emoji:u,message_id:c.
message_id,client_id:crypto.randomUUID?.()??String(Date.now())}).catch(m=>s.say(m.message)),resend(c){return Object.assign(
c,{delivery_status:"sending",problem:null}),d(c.conversation_id,[c]),r(c)},resendPassing(){for(let c of s.outbox.pending)
c.delivery_status==="unsent"&&c.isPassing&&this.resend(c)},takeBack(c){s.outbox.remove(c.client_id),d(c.conversation_id,
[]),s.composer.turn(c.type==="note"?"note":"reply"),s.composer.insert([c.text,s.composer.field.value].filter(Boolean).join(
`
`))},async message(c,u){let m=s.selected;try{let f=await x(`/messages/${c.message_id}/${u}`);f.message&&(s.store.merge(m,
[f.message]),d(m,[f.message]))}catch(f){s.say(f.message)}},async seen(c){let u=s.store.known.get(c);u?.unread_count&&(u.
unread_count=0,s.list.paint(),await x(`/conversations/${c}/seen`).catch(()=>null))}}}var Tt="http://www.w3.org/2000/svg",St={back:"M15 5l-7 7 7 7",search:"M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM16 16l4.5 4.5",
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
-1 .8c-1-.4-1.8-1.2-2.2-2.2l.8-1-1-2z",door:"M5 4h14v12h-8l-4 4v-4H5z",mic:"M12 3.5a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0v-5a3 3\
 0 0 1 3-3zM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3",image:"M4 5h16v14H4zM4 16l5-5 4 4 3-2.5 4 3.5M15 9v.01",down:"M6 9l6 6 \
6-6",cart:"M3 4h3l2.5 11h9L20 8H7M10 19v.01M17 19v.01",play:"M8 5l11 7-11 7z"};function o(s,t={},...e){let i=document.createElement(
s);for(let[a,l]of Object.entries(t))if(!(l==null||l===!1))if(a==="on")for(let[r,d]of Object.entries(l))i.addEventListener(
r,d);else a==="dataset"?Object.assign(i.dataset,l):a==="value"?i.value=l:i.setAttribute(a,l===!0?"":l);return i.append(...e.
flat().filter(a=>a!=null&&a!==!1)),i}function h(s,t=""){let e=document.createElementNS(Tt,"svg");e.setAttribute("viewBox",
"0 0 24 24"),e.setAttribute("class",`icon ${t}`),e.setAttribute("aria-hidden","true");let i=document.createElementNS(Tt,
"path");return i.setAttribute("d",St[s]??St.door),e.append(i),e}function g(s,t,e,i=""){return o("button",{type:"button",
class:`icon-button ${i}`,title:t,"aria-label":t,on:{click:e}},h(s))}var Yt=/\b(?:https?:\/\/|mailto:|tel:)[^\s<>"']+/giu;
function B(s){let t=[],e=0;for(let i of s.matchAll(Yt)){let a=i[0].replace(/[.,;:!?)\]]+$/u,"");t.push(s.slice(e,i.index),
o("a",{href:a,target:"_blank",rel:"noopener noreferrer"},a)),e=i.index+a.length}return t.push(s.slice(e)),t}function Ct(s){
return typeof s=="string"&&/^(\/(?!\/)|https?:\/\/)/u.test(s)?s:null}var U=class{constructor(t){this.changed=t,this.byConversation=new Map,this.root=o("div",{class:"attachments"})}open(t){this.
id=t,this.paint()}get files(){return this.byConversation.get(this.id)??[]}add(t){let e=this.id;for(let i of t){let a={file:i,
progress:0,url:URL.createObjectURL(i)};this.byConversation.set(e,[...this.byConversation.get(e)??[],a]),this.begin(a)}this.
paint()}begin(t){Object.assign(t,{progress:0,problem:null}),t.upload=_t(t.file,e=>{t.progress=e,t.bar?.style.setProperty(
"--done",e)}),t.upload.done.then(e=>t.answer=e,e=>t.problem=e.message).then(()=>this.paint())}drop(t){t.upload.abort(),this.
byConversation.set(this.id,this.files.filter(e=>e!==t)),this.paint()}take(){let t=this.files;return this.byConversation.
delete(this.id),this.paint(),t}get isReady(){return this.files.every(t=>t.answer)}paint(){this.root.replaceChildren(...this.
files.map(t=>(t.bar=o("span",{class:`bar ${t.answer?"done":""}`}),t.bar.style.setProperty("--done",t.progress),o("div",{
class:`attached${t.problem?" failed":""}`},t.file.type.startsWith("image/")?o("img",{src:t.url,alt:""}):h(t.file.type.startsWith(
"audio/")?"mic":"file"),o("span",{},o("bdi",{},t.file.name),o("small",{},t.problem??P(t.file.size))),t.problem?g("reopen",
n("Try again"),()=>(this.begin(t),this.paint())):null,g("close",n("Remove the file"),()=>this.drop(t)),t.bar)))),this.changed()}},
Xt=["audio/ogg;codecs=opus","audio/mp4;codecs=mp4a.40.2","audio/mp4"];function Ot(s,t){let e=Xt.find(r=>globalThis.MediaRecorder?.
isTypeSupported(r));if(!e||!navigator.mediaDevices)return null;let i=null,a=g("mic",n("Record a voice note"),()=>i?i.stop():
l());async function l(){let r;try{r=await navigator.mediaDevices.getUserMedia({audio:!0})}catch{t(n("The microphone is n\
ot available"));return}let d=[];i=new MediaRecorder(r,{mimeType:e}),i.ondataavailable=y=>d.push(y.data),i.onstop=()=>{let y=e.
split(";")[0];i=null,a.classList.remove("recording");for(let c of r.getTracks())c.stop();s([new File(d,`voice.${y.split(
"/")[1]}`,{type:y})])},i.start(),a.classList.add("recording")}return a}var j=class{constructor(t,e,i){this.app=t,this.field=e,this.insert=i,this.found=[],this.root=o("div",{class:"quick",role:"\
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
take(this.at);else if(t.key==="Escape")this.close();else return!1;return t.preventDefault(),t.stopPropagation(),!0}};var W=/\{\{\s*([\w.]+)\s*\}\}/gu,ct=(s,t)=>(s.components??[]).find(e=>(e.type??"").toUpperCase()===t),dt=s=>ct(s,"BODY")?.
text??s.text??"";function Qt(s){let t=[...new Set([...dt(s).matchAll(W)].map(l=>l[1]))],e=ct(s,"HEADER"),i=e&&((e.text??
"").match(W)||["IMAGE","VIDEO","DOCUMENT"].includes(e.format)),a=(ct(s,"BUTTONS")?.buttons??[]).flatMap((l,r)=>(l.url??"").
match(W)?[`button_${r}`]:[]);return[...t,...i?["header"]:[],...a]}var lt=(s,t)=>s.replace(W,(e,i)=>t[i]||e);async function $t(s,t,e){
let i=(await s.reference("/templates","templates")).filter(u=>(u.template_status??"APPROVED")==="APPROVED"),a=t.contact.
language??"";i.sort((u,m)=>+!u.language?.startsWith(a)-+!m.language?.startsWith(a));let l=o("div",{class:"templates"}),r=s.
menus.dialog(n("Send a template"),l),d=()=>l.replaceChildren(...i.length?i.map(y):[o("div",{class:"empty"},h("template"),
o("strong",{},n("No approved templates")),o("p",{},n("An administrator can add templates at the channel.")))]),y=u=>o("b\
utton",{type:"button",class:"template",on:{click:()=>c(u)}},o("strong",{},o("bdi",{},u.name)),o("small",{},`${u.language}\
 · ${(u.category??"").toLowerCase()}`),o("span",{dir:"auto"},dt(u)));function c(u){let m=dt(u),f=Qt(u),p={};/^(1|name|first_name)$/u.
test(f[0]??"")&&(p[f[0]]=t.contact.name??"");let b=o("div",{class:"bubble sample",dir:"auto"},lt(m,p)),v=o("button",{type:"\
submit",class:"button primary"},h("send"),n("Send")),$=f.map(M=>o("label",{class:"choice"},o("span",{},n("Value for {slo\
t}",{slot:/^(header|button_\d)$/u.test(M)?M.replace("_"," "):`{{${M}}}`})),o("input",{class:"field",required:!0,dir:"aut\
o",value:p[M]??"",on:{input:Ht=>{p[M]=Ht.target.value,b.textContent=lt(m,p)}}})));l.replaceChildren(o("form",{method:"di\
alog",on:{submit:()=>e(u,p,lt(m,p))}},b,...$,o("div",{class:"foot"},o("button",{type:"button",class:"button",on:{click:d}},
n("Other templates")),v))),(l.querySelector("input")??v).focus()}return d(),r}var Zt=4e3,Et=()=>matchMedia("(pointer: coarse)").matches,H=class{constructor(t){this.app=t,this.mode="reply",this.attachments=
new U(()=>this.paint()),this.quick=new j(t,()=>this.field,e=>this.insert(e)),this.field=o("textarea",{rows:"1",dir:"auto",
"aria-label":n("Message"),on:{input:()=>this.typed(),keydown:e=>this.keys(e),paste:e=>this.pasted(e),blur:()=>this.quick.
close()}}),this.modes=o("div",{class:"modes",role:"tablist","aria-label":n("Kind of message")}),this.quoted=o("div",{class:"\
quoted"}),this.file=o("input",{type:"file",multiple:!0,hidden:!0,on:{change:()=>(this.attach(this.file.files),this.file.
value="")}}),this.notice=o("div",{class:"notice"}),this.counter=o("bdi",{class:"counter"}),this.countdown=o("span",{class:"\
countdown"}),this.sendButton=o("button",{type:"button",class:"button primary send",on:{click:()=>this.send()}},h("send"),
o("span",{class:"label"},n("Send"))),this.tools=o("div",{class:"composer-tools"},g("attach",n("Attach files"),()=>this.file.
click()),g("bolt",n("Quick replies"),()=>this.quick.start()),g("template",n("Send a template"),()=>this.template()),Ot(e=>this.
attach(e),e=>t.say(e))??"",this.file),this.root=o("div",{class:"composer",on:{dragover:e=>e.preventDefault(),drop:e=>(e.
preventDefault(),this.attach(e.dataTransfer.files))}},o("div",{class:"composer-top"},this.modes,this.countdown),this.notice,
this.quoted,this.quick.root,this.attachments.root,this.field,o("div",{class:"composer-foot"},this.tools,o("span",{class:"\
push"}),this.counter,this.sendButton))}get conversation(){return this.app.store.known.get(this.id)}open(t){this.id=t;let e=this.
app.outbox.draft(t)??{};this.mode=e.mode??"reply",this.reply_to=e.reply_to??null,this.field.value=e.text??"",this.quick.
close(),this.attachments.open(t),this.grow()}paint(){let t=this.conversation;if(!t)return;let e=this.mode==="note",i=!e&&
!t.window_open;this.root.classList.toggle("noting",e),this.root.classList.toggle("closed",i),this.modes.replaceChildren(
...[["reply",n("Reply"),"r"],["note",n("Note"),"n"]].map(([a,l,r])=>o("button",{type:"button",role:"tab",class:"mode","a\
ria-selected":String(this.mode===a),title:`${l} (${r})`,on:{click:()=>this.turn(a)}},l))),this.field.placeholder=e?n("Wr\
ite a note only your team sees"):Et()?n("Write a reply"):n("Write a reply, / for quick replies"),this.field.hidden=i,this.
notice.replaceChildren(...i?this.closedNotice():[]),this.quoted.replaceChildren(...this.reply_to&&!e?[h("reply","tiny"),
o("span",{dir:"auto"},this.reply_to.text||n("A message")),g("close",n("Do not quote"),()=>this.quote(null))]:[]),this.tools.
hidden=e;for(let a of this.tools.children)a!==this.tools.children[2]&&a.classList.toggle("off",i);this.sendButton.hidden=
i,this.sendButton.lastChild.textContent=e?n("Add note"):n("Send"),this.paintCount(),this.tick()}closedNotice(){return[h(
"clock"),o("span",{},n("More than 24 hours since their last message: only an approved template can be sent now.")),o("bu\
tton",{type:"button",class:"button primary",on:{click:()=>this.template()}},n("Choose a template"))]}paintCount(){let t=this.
conversation?.capabilities?.text_limit??4096,e=[...this.field.value].length,i=this.mode==="reply"&&e>t;this.counter.textContent=
this.mode==="reply"&&e>t*.8?`${N(e).replace("+","")} / ${t}`:"",this.counter.classList.toggle("over",i);let a=this.field.
value.trim()||this.mode==="reply"&&this.attachments.files.length;this.sendButton.disabled=!a||i||this.mode==="reply"&&!this.
attachments.isReady}tick(){let t=this.conversation,e=t?.window_closes_at?Date.parse(t.window_closes_at)-Date.now():null;
this.countdown.replaceChildren(...this.mode==="reply"&&t?.window_open&&e!==null?[h("clock","tiny"),o("span",{},n("Window\
 closes in {span}",{span:L(e)}))]:[]),this.countdown.classList.toggle("soon",e!==null&&e<2*36e5),t?.window_open&&e!==null&&
e<=0&&(t.window_open=!1,this.paint())}typed(){this.keep(),this.grow(),this.quick.offer();let t=Date.now();t-(this.said??
0)<Zt||!this.field.value||(this.said=t,this.app.stream.send({type:"typing",conversation_id:this.id}),this.mode==="reply"&&
t-(this.told??0)>2e4&&(this.told=t,x(`/conversations/${this.id}/typing`).catch(()=>null)))}keep(){this.app.outbox.keep(this.
id,{text:this.field.value,mode:this.mode,reply_to:this.reply_to})}grow(){this.field.style.height="auto",this.field.style.
height=`${Math.min(this.field.scrollHeight,innerHeight*.35)}px`,this.paint()}keys(t){t.isComposing||this.quick.keys(t)||
(t.key==="Enter"&&!t.shiftKey&&(t.ctrlKey||t.metaKey||!Et())?(t.preventDefault(),this.send()):t.key==="Escape"&&this.field.
blur())}pasted(t){t.clipboardData.files.length&&(t.preventDefault(),this.attach(t.clipboardData.files))}attach(t){!t.length||
this.mode==="note"||!this.conversation?.window_open||(this.attachments.add([...t]),this.field.focus())}turn(t,e=!0){this.
mode=t,this.keep(),this.paint(),e&&this.field.focus()}quote(t){this.reply_to=t&&{message_id:t.message_id,text:(t.text??"").
slice(0,200)},this.turn("reply")}insert(t){this.field.value=t,this.typed(),this.field.focus()}template(){let t=this.conversation;
$t(this.app,t,(e,i,a)=>this.app.reply(t,{kind:"template",template:{template_id:e.template_id,parameters:i}},{text:a,kind:"\
template",content:{name:e.name}}))}send(){if(this.paintCount(),this.sendButton.disabled||this.sendButton.hidden)return;let t=this.
field.value.trim(),e=this.conversation;this.mode==="note"?this.app.note(e,t):this.sendReply(e,t),this.field.value="",this.
reply_to=null,this.said=0,this.keep(),this.grow(),this.field.focus()}sendReply(t,e){let i=this.attachments.take(),a={kind:i.
length?"media":"text",text:e||null,upload_ids:i.length?i.map(r=>r.answer.upload_id):void 0,reply_to_message_id:this.reply_to?.
message_id},l=i.map((r,d)=>({index:d,filename:r.file.name,mime:r.file.type,size:r.file.size,url:r.url,state:"stored"}));
this.app.reply(t,a,{media:l,reply_to:this.reply_to,kind:i.length?i[0].file.type.split("/")[0]:"text"})}};var Dt=["status","sort","inbox_id","tag","unread","waiting"];function qt(s,t){let{filters:e}=s.store,i=o("div",{class:"f\
ilters",hidden:!0}),a=g("filter",n("Filters"),()=>l(i.hidden));a.setAttribute("aria-expanded","false");function l(p){i.hidden=
!p,a.setAttribute("aria-expanded",String(p)),p&&!i.childElementCount&&f()}function r(p,b){b?e[p]=b:delete e[p],d(),s.rememberFilters(),
t()}function d(){let p=Dt.filter(b=>e[b]&&!(b==="status"&&e[b]==="open")&&!(b==="sort"&&e[b]==="newest"));a.classList.toggle(
"on",p.length>0),u.hidden=!p.length}let y=(p,b,v)=>o("label",{class:"choice"},o("span",{},b),o("select",{value:e[p]??"",
on:{change:$=>r(p,$.target.value)}},...v.map(([$,M])=>o("option",{value:$,selected:(e[p]??"")===$},M)))),c=(p,b)=>o("lab\
el",{class:"toggle"},o("input",{type:"checkbox",checked:!!e[p],on:{change:v=>r(p,v.target.checked&&"true")}}),b),u=o("bu\
tton",{type:"button",class:"link",hidden:!0,on:{click:()=>m()}},n("Clear filters"));function m(){for(let p of Dt)delete e[p];
Object.assign(e,{status:"open",sort:"newest"}),i.replaceChildren(),f(),r("status","open")}async function f(){let[p,b]=await Promise.
all([s.reference("/inboxes","inboxes"),s.reference("/tags","tags")]);i.replaceChildren(y("status",n("Status"),[["open",n(
"Open")],["snoozed",n("Snoozed")],["resolved",n("Resolved")],["any",n("Any")]]),y("sort",n("Order"),[["newest",n("Newest")],
["oldest",n("Oldest")],["waiting",n("Longest waiting")]]),y("inbox_id",n("Inbox"),[["",n("Any")],...p.map(v=>[v.inbox_id,
v.name])]),y("tag",n("Tag"),[["",n("Any")],...b.map(v=>typeof v=="string"?[v,v]:[v.tag,v.tag])]),o("div",{class:"toggles"},
c("unread",n("Unread")),c("waiting",n("Waiting")),u))}return d(),{button:a,panel:i}}function At(){let s=new Map;return(t,e)=>(s.
has(t)||s.set(t,k(t).then(i=>kt(i,e)).catch(()=>(s.delete(t),[]))),s.get(t))}var te=s=>[["j",n("Next conversation"),()=>s.step(1)],["k",n("Previous conversation"),()=>s.step(-1)],["r",n("Write a re\
ply"),()=>s.selected&&s.composer.turn("reply")],["n",n("Write a note"),()=>s.selected&&s.composer.turn("note")],["a",n("\
Take the conversation"),()=>s.current&&s.claim(s.current)],["e",n("Resolve the conversation"),()=>s.current&&(s.current.
status==="resolved"?null:s.resolve(s.current))],["/",n("Search"),()=>(s.back(),s.list.search.focus(),s.list.search.select())],
["?",n("Show these shortcuts"),()=>s.keyboard.help()],["Escape",n("Leave the field, close, go back"),()=>s.back()]],F=class{constructor(t){
this.app=t,this.keys=te(t),this.handle=e=>this.press(e),window.addEventListener("keydown",this.handle,!0)}stop(){window.
removeEventListener("keydown",this.handle,!0)}press(t){let i=t.composedPath()[0].matches?.("input, textarea, select, [co\
ntenteditable=true]"),a=this.app.root.querySelector("dialog[open], .menu");if(i||a||t.ctrlKey||t.metaKey||t.altKey||!this.
app.root.isConnected||document.querySelector("[data-testid=stDialog]"))return;let l=this.keys.find(([r])=>r===t.key);l&&
(t.preventDefault(),t.stopImmediatePropagation(),l[2]())}help(){let t=[...this.keys,["Enter",n("Send")],["Shift+Enter",n(
"New line")],["/",n("Quick replies, in the composer")]];this.app.menus.dialog(n("Keyboard shortcuts"),o("dl",{class:"key\
s"},...t.map(([e,i])=>o("div",{},o("dt",{},o("kbd",{},e==="Escape"?"Esc":e)),o("dd",{},i)))))}};var Lt={image:["image","Image"],sticker:["image","Sticker"],audio:["mic","Audio"],video:["play","Video"],document:["file",
"Document"],location:["pin","Location"],contacts:["person","Contact card"],order:["cart","Order"],template:["template","\
Template"],location_request:["pin","Location request"]},K=s=>({image:n("Image"),sticker:n("Sticker"),audio:n("Audio"),video:n(
"Video"),document:n("Document"),location:n("Location"),contacts:n("Contact card"),order:n("Order"),template:n("Template"),
location_request:n("Location request")})[s]??n("Message of kind “{kind}”",{kind:s});function Nt(s){if(!s)return[""];
let t=Lt[s.kind];return s.text?t?[h(t[0],"tiny"),s.text]:[s.text]:t?[h(t[0],"tiny"),K(s.kind)]:[s.kind==="text"?"":K(s.kind)]}
function zt(s){let t=(s.media??[]).map(i=>ie(s,i)),e=oe[s.kind]?.(s.content??{},s);return e&&t.push(e),s.text&&t.push(o(
"div",{class:"text",dir:"auto"},...B(s.text))),t.push(...ne(s.content)),(!t.length||se(s))&&t.push(ae(s)),t}var ee=new Set(
["text","reply","interactive","buttons","list","button","reaction","system",...Object.keys(Lt)]),se=s=>!ee.has(s.kind);function ie(s,t){
let e=t.filename||K(s.kind),i=t.state==="stored"||t.state===void 0?Ct(t.url)??(t.url?.startsWith("blob:")?t.url:null):null;
if(t.state==="pending")return o("div",{class:"file waiting"},o("span",{class:"spinner"}),n("Fetching the file…"));if(t.
state==="failed"||!i)return o("div",{class:"file failed"},h("alert"),o("span",{},o("bdi",{},e),o("small",{},n("This file\
 could not be fetched"))));let a=t.mime??"";return a.startsWith("image/")&&!a.includes("svg")?o("a",{class:"picture",href:i,
target:"_blank",rel:"noopener noreferrer"},o("img",{src:i,alt:s.text||e,loading:"lazy",class:s.kind==="sticker"?"sticker":
""})):a.startsWith("audio/")?o("div",{class:"audio"},t.is_voice?h("mic"):null,o("audio",{src:i,controls:!0,preload:"meta\
data","aria-label":t.is_voice?n("Voice note"):e})):a.startsWith("video/")?o("video",{src:i,controls:!0,preload:"metadata",
class:"video","aria-label":e}):o("a",{class:"file",href:i,target:"_blank",rel:"noopener noreferrer",download:e},h("file"),
o("span",{},o("bdi",{},e),o("small",{},[a.split("/")[1]?.toUpperCase(),t.size?P(t.size):null].filter(Boolean).join(" · "))))}
var oe={location(s){let t=s.location??s;if(typeof t.latitude!="number")return null;let e=`${t.latitude.toFixed(5)}, ${t.
longitude.toFixed(5)}`;return o("a",{class:"card",href:`https://www.openstreetmap.org/?mlat=${t.latitude}&mlon=${t.longitude}\
#map=16/${t.latitude}/${t.longitude}`,target:"_blank",rel:"noopener noreferrer"},h("pin"),o("span",{},o("strong",{dir:"a\
uto"},t.name||n("Location")),t.address?o("small",{dir:"auto"},t.address):null,o("small",{},o("bdi",{dir:"ltr"},e))))},contacts(s){
let t=Array.isArray(s)?s:s.contacts??[];return o("div",{class:"stack"},...t.map(e=>o("div",{class:"card"},h("person"),o(
"span",{},o("strong",{dir:"auto"},e.name?.formatted_name??n("Contact card")),...(e.phones??[]).map(i=>o("small",{},o("bd\
i",{dir:"ltr"},i.phone??i.wa_id??""))),...(e.emails??[]).map(i=>o("small",{},i.email??""))))))},order(s){let e=(s.order??
s).product_items??[],i=e[0]?.currency,a=e.reduce((l,r)=>l+Number(r.item_price??0)*Number(r.quantity??1),0);return o("tab\
le",{class:"order"},o("caption",{},h("cart"),n("Order")),o("tbody",{},...e.map(l=>o("tr",{},o("td",{},o("bdi",{},l.product_retailer_id??
"")),o("td",{},`${l.quantity??1} ×`),o("td",{},rt(Number(l.item_price??0),l.currency))))),o("tfoot",{},o("tr",{},o("th",
{colspan:"2",scope:"row"},n("Total")),o("td",{},rt(a,i)))))},template:s=>o("div",{class:"origin"},h("template"),s.name??
s.template?.name??n("Template")),reply:s=>o("div",{class:"origin"},h("check"),s.list_reply||s.type==="list_reply"?n("Cho\
sen from a list"):n("Button pressed")),location_request:()=>o("div",{class:"origin"},h("pin"),n("Location request"))};function ne(s){
let t=s?.interactive??s,e=t?.buttons??[],i=(t?.sections??[]).flatMap(a=>a.rows??[]);return!e.length&&!i.length?[]:[o("ul",
{class:"choices","aria-label":n("Choices offered")},...[...e,...i].map(a=>o("li",{dir:"auto"},a.title??a.text??"")))]}function ae(s){
let t=o("details",{class:"raw"},o("summary",{},K(s.kind)));return s.content&&t.append(o("pre",{dir:"ltr"},JSON.stringify(
s.content,null,2))),t}var re=60;function S(s,t=""){let e=o("span",{class:`avatar ${t}`,title:s,"aria-hidden":"true"},yt(s));return e.style.setProperty(
"--hue",vt(s)),e}function ht(s){let t=o("span",{class:"channel",title:s.name,role:"img","aria-label":s.name});return t.append(
h(s.channel==="whatsapp"?"whatsapp":"door")),t}var V=class{constructor(t){this.app=t,this.rows=new Map,this.tabs=o("div",
{class:"tabs",role:"tablist","aria-label":n("Conversations")}),this.search=o("input",{class:"search-field",type:"search",
placeholder:n("Search"),"aria-label":n("Search conversations"),value:t.store.filters.q??"",on:{input:()=>this.searchSoon(),
keydown:i=>this.searchKeys(i)}}),this.filters=qt(t,()=>this.reload()),this.items=o("div",{class:"rows",role:"listbox","a\
ria-label":n("Conversations"),tabindex:"-1"}),this.more=o("div",{class:"more"}),this.scroll=o("div",{class:"scroll"},this.
items,this.more);let e=o("div",{class:"find"},h("search"),this.search,o("kbd",{},"/"),this.filters.button);this.root=o("\
nav",{class:"list","aria-label":n("Conversations")},this.tabs,e,this.filters.panel,this.scroll),this.watcher=new IntersectionObserver(
([i])=>i.isIntersecting&&this.loadMore(),{root:this.scroll,rootMargin:"400px"}),this.watcher.observe(this.more)}searchKeys(t){
t.key==="Escape"?(this.search.value&&this.searchNow(""),this.search.value="",this.search.blur()):t.key==="Enter"&&this.app.
step(0)}searchSoon(){clearTimeout(this.timer),this.timer=setTimeout(()=>this.searchNow(this.search.value.trim()),220)}searchNow(t){
this.app.store.filters.q=t,this.reload()}async reload(){let t=this.asked=Symbol("list");this.skeleton();try{await this.app.
store.load()}catch(e){e.name!=="AbortError"&&this.asked===t&&this.failed(e);return}this.asked===t&&(this.paint(),this.scroll.
scrollTop=0)}async loadMore(){if(!(!this.app.store.cursor||this.isLoading)){this.isLoading=!0;try{await this.app.store.load(
!0),this.paint()}catch(t){t.name!=="AbortError"&&this.app.say(t.message)}finally{this.isLoading=!1}}}skeleton(){this.rows.
clear(),this.items.setAttribute("aria-busy","true"),this.items.replaceChildren(...Array.from({length:8},()=>o("div",{class:"\
row skeleton"},o("span",{class:"avatar"}),o("span",{class:"bar"}),o("span",{class:"bar short"})))),this.more.replaceChildren(),
this.paintTabs()}failed(t){this.items.removeAttribute("aria-busy"),this.items.replaceChildren(o("div",{class:"empty",role:"\
alert"},h("alert"),o("strong",{},n("The list could not be loaded")),o("p",{},t.message),o("button",{type:"button",class:"\
button",on:{click:()=>this.reload()}},n("Try again"))))}empty(){let t=this.app.store.filters,e=t.q||t.unread||t.waiting||
t.inbox_id||t.tag||t.status!=="open",i=e?n("Nothing matches. Try fewer filters or other words."):{mine:n("Nothing is ass\
igned to you. Take one from Unassigned."),unassigned:n("Everything has an owner. Well done."),all:n("Messages from your \
customers will appear here.")}[t.tab];return o("div",{class:"empty"},h(e?"search":"checks"),o("strong",{},e?n("No conver\
sations found"):n("All clear")),o("p",{},i))}paint(){this.paintTabs(),this.items.removeAttribute("aria-busy");let{order:t,
known:e,cursor:i}=this.app.store,a=t.map(r=>this.row(e.get(r))),l=new Set(t);for(let r of this.rows.keys())l.has(r)||this.
rows.delete(r);a.length?this.arrange(a):this.items.replaceChildren(this.empty()),this.more.replaceChildren(...i?[o("span",
{class:"spinner"})]:[]),this.app.notify.count(t.filter(r=>e.get(r).unread_count>0&&e.get(r).status==="open").length)}arrange(t){
let e=this.items.firstChild;for(let i of t)i===e?e=e.nextSibling:this.items.insertBefore(i,e);for(;e;){let i=e.nextSibling;
e.remove(),e=i}}row(t){let e=t.conversation_id,i=this.app.selected===e,a=`${t.version}.${t.unread_count}.${i}.${i?"":this.
app.outbox.draft(e)?.text??""}`,l=this.rows.get(e);if(l?.face===a)return l.node;let r=this.drawRow(t);return l?.node.parentNode&&
l.node.replaceWith(r),this.rows.set(e,{face:a,node:r}),r}drawRow(t){let e=t.conversation_id,i=this.app.selected===e,a=i?
null:this.app.outbox.draft(e),l=a?.text?[o("em",{},`${n("Draft")}: `),a.text]:Nt(t.preview);return o("div",{class:`row${i?
" chosen":""}${t.unread_count?" unread":""}`,role:"option","aria-selected":String(i),tabindex:i?"0":"-1",dataset:{id:e},
on:{click:r=>this.app.select(e,{began:r.timeStamp}),keydown:r=>(r.key==="Enter"||r.key===" ")&&(r.preventDefault(),this.
app.select(e)),pointerenter:()=>this.hover=setTimeout(()=>this.app.prefetch(e),re),pointerleave:()=>clearTimeout(this.hover)}},
S(t.contact.name??t.contact.address),o("span",{class:"who"},o("bdi",{class:"name"},t.contact.name??t.contact.address),ht(
t.inbox),o("bdi",{class:"at"},at(t.last_message_at))),o("span",{class:"said"},t.preview?.direction==="outbound"&&!a?h("r\
eply","tiny"):null,o("span",{class:"preview",dir:"auto"},...l)),o("span",{class:"marks"},this.waiting(t),this.window(t),
t.status==="snoozed"?o("span",{class:"chip"},h("snooze"),t.snoozed_until_at?at(t.snoozed_until_at):""):null,t.status==="\
resolved"?o("span",{class:"chip good"},h("check"),n("Resolved")):null,...t.tags.slice(0,2).map(r=>o("bdi",{class:"chip"},
r)),t.tags.length>2?o("span",{class:"chip"},`+${t.tags.length-2}`):null,o("span",{class:"push"}),t.assignee?S(t.assignee.
name,"mini"):null,t.unread_count?o("span",{class:"badge","aria-label":n("Unread: {n}",{n:t.unread_count})},N(t.unread_count)):
null))}waiting(t){if(!t.waiting_since_at||t.status==="resolved")return null;let e=o("span",{class:"chip wait",title:n("W\
aiting for a reply"),dataset:{since:t.waiting_since_at}},h("clock"),o("bdi"));return Pt(e),e}window(t){if(t.status==="re\
solved")return null;if(!t.window_open)return o("span",{class:"chip dim",title:n("The service window is closed: only temp\
lates can be sent")},h("template"));let e=Date.parse(t.window_closes_at)-Date.now();return e<2*36e5?o("span",{class:"chi\
p soon",title:n("The service window closes soon")},h("alert"),o("bdi",{},L(e))):null}tick(){for(let t of this.items.querySelectorAll(
"[data-since]"))Pt(t)}choose(t,e){for(let i of[e,t])i&&this.rows.has(i)&&this.app.store.known.has(i)&&this.row(this.app.
store.known.get(i));this.rows.get(t)?.node.scrollIntoView({block:"nearest"})}paintTabs(){let{filters:t,counts:e}=this.app.
store,i={mine:n("My"),unassigned:n("Unassigned"),all:n("All")};this.tabs.replaceChildren(...Object.entries(i).map(([a,l])=>o(
"button",{type:"button",role:"tab",class:"tab","aria-selected":String(t.tab===a),dataset:{tab:a},on:{click:()=>{t.tab=a,
this.app.rememberFilters(),this.reload()}}},l,o("bdi",{class:"n"},a in e?N(e[a]):""))),o("span",{class:"push"}),this.app.
notify.button,g("keyboard",n("Keyboard shortcuts"),()=>this.app.keyboard.help(),"wide-only"))}};function Pt(s){let t=Date.
now()-Date.parse(s.dataset.since);s.lastChild.textContent=L(t),s.classList.toggle("late",t>36e5)}function ut(s){requestAnimationFrame(()=>{let t=new MessageChannel;t.port1.onmessage=s,t.port2.postMessage(null)})}function pt(s,t,e,i={}){
let a=window.prosaMarks??=[],l=performance.now();a.push({kind:s,key:t,took_ms:l-e,painted_at_ms:performance.timeOrigin+l,
...i}),a.length>2e3&&a.splice(0,2e3/2)}function le(s=new Date){let t=st(s),e=(l,r)=>it(t.year,t.month,t.day+l,r),i=(8-t.weekday)%7||7,a=[[n("In one hour"),new Date(
s.getTime()+36e5)],[n("In three hours"),new Date(s.getTime()+3*36e5)]];return t.hour<17&&a.push([n("This evening"),e(0,18)]),
a.push([n("Tomorrow morning"),e(1,9)]),i===1?a:[...a,[n("Next Monday"),e(i,9)]]}var G=class{constructor(t){this.app=t}open(t,...e){
this.close();let i=o("div",{class:"menu",role:"menu",popover:"auto"},...e);return this.app.root.append(i),this.node=i,i.
addEventListener("toggle",a=>a.newState==="closed"&&i.remove()),i.addEventListener("keydown",a=>this.move(a)),i.showPopover(),
this.settle(i,t.getBoundingClientRect()),(i.querySelector("input")??i.querySelector("button"))?.focus(),i}close(){this.node?.
isConnected&&this.node.hidePopover(),this.node=null}settle(t,e){let{offsetWidth:i,offsetHeight:a}=t,r=getComputedStyle(this.
app.root).direction==="rtl"?e.left:e.right-i,d=e.bottom+a+8<innerHeight;t.style.left=`${Math.max(8,Math.min(r,innerWidth-
i-8))}px`,t.style.top=`${Math.max(8,d?e.bottom+4:e.top-a-4)}px`}move(t){let e={ArrowDown:1,ArrowUp:-1}[t.key];if(!e)return;
t.preventDefault();let i=[...this.node.querySelectorAll("button:not([hidden])")],a=i.indexOf(this.app.root.getRootNode().
activeElement);i.at((a+e+i.length)%i.length)?.focus()}item(t,...e){return o("button",{type:"button",role:"menuitem",class:"\
item",on:{click:()=>(this.close(),t())}},...e)}async agents(t,e){let i=await this.app.reference("/agents","agents"),a=i.
map(r=>this.item(()=>this.app.assign(e,r.person_id),S(r.name,"mini"),o("bdi",{},r.name),e.assignee?.person_id===r.person_id?
h("check"):null)),l=o("input",{type:"search",class:"search-field",placeholder:n("Find a person"),"aria-label":n("Find a \
person"),on:{input:()=>{for(let r of a)r.hidden=!r.textContent.toLocaleLowerCase().includes(l.value.toLocaleLowerCase())}}});
this.open(t,i.length>6?l:o("h3",{},n("Assign to")),...a,e.assignee?this.item(()=>this.app.assign(e,null),h("close"),o("s\
pan",{},n("Nobody"))):null)}snooze(t,e){let i=o("input",{type:"datetime-local","aria-label":n("Date and time"),class:"fi\
eld"}),a=()=>{let[l,r,d,y,c]=i.value.split(/[-T:]/u).map(Number),u=i.value&&it(l,r,d,y,c);u&&u>new Date&&(this.close(),this.
app.snooze(e,u))};this.open(t,o("h3",{},n("Snooze until")),...le().map(([l,r])=>this.item(()=>this.app.snooze(e,r),h("sn\
ooze"),o("span",{},l),o("small",{},_(r)))),this.item(()=>this.app.snooze(e,null),h("bell"),o("span",{},n("Until they wri\
te again"))),o("div",{class:"pick"},i,o("button",{type:"button",class:"button",on:{click:a}},n("Set")))),this.node.querySelector(
"button").focus()}async tags(t,e){let i=(await this.app.reference("/tags","tags")).map(d=>d.tag??d),a=d=>d&&!e.tags.includes(
d)&&this.app.tag(e,d),l=o("input",{class:"search-field",placeholder:n("Find or make a tag"),"aria-label":n("Find or make\
 a tag"),maxlength:"40",on:{input:()=>r.forEach(d=>d.hidden=!d.textContent.includes(l.value.trim())),keydown:d=>d.key===
"Enter"&&(this.close(),a(l.value.trim()))}}),r=i.map(d=>this.item(()=>e.tags.includes(d)?this.app.untag(e,d):a(d),h("tag"),
o("bdi",{},d),e.tags.includes(d)?h("check"):null));this.open(t,l,...r)}emoji(t,e,i){this.open(t,o("div",{class:"emoji"},
...e.map(a=>o("button",{type:"button","aria-label":a,on:{click:()=>(this.close(),i(a))}},a))))}dialog(t,...e){let i=o("d\
ialog",{"aria-label":t});return i.append(o("header",{},o("h2",{},t),g("close",n("Close"),()=>i.close())),...e.filter(Boolean)),
i.addEventListener("close",()=>i.remove()),i.addEventListener("click",a=>a.target===i&&i.close()),this.app.root.append(i),
i.showModal(),i}};function ce(s,t){try{return JSON.parse(localStorage.getItem(s))??t}catch{return t}}function de(s,t){try{return t===null||
t===""?localStorage.removeItem(s):localStorage.setItem(s,JSON.stringify(t)),!0}catch{return!1}}var C=(s,t)=>ce(`prosa.${s}`,
t),O=(s,t)=>de(`prosa.${s}`,t),J=class{constructor(t){this.me=t,this.drafts=new Map,this.pendingKey=`pending.${t.person_id}`,
this.pending=C(this.pendingKey,[]).map(e=>({...e,delivery_status:"unsent"}))}draftKey(t){return`draft.${this.me.person_id}\
.${t}`}draft(t){return this.drafts.has(t)||this.drafts.set(t,C(this.draftKey(t),null)),this.drafts.get(t)}keep(t,e){this.
drafts.set(t,e?.text||e?.reply_to?e:null),O(this.draftKey(t),this.drafts.get(t))}of(t){return this.pending.filter(e=>e.conversation_id===
t)}save(){O(this.pendingKey,this.pending.length?this.pending:null)}add(t,e,i,a){let l=crypto.randomUUID?.()??`${Date.now().
toString(16)}-${Math.random().toString(16).slice(2)}`,r={type:e==="note"?"note":"message",message_id:`unsent:${l}`,client_id:l,
conversation_id:t,direction:"outbound",kind:i.kind??"text",text:i.text??null,media:[],reactions:[],reply_to:null,at:new Date().
toISOString(),body:{...i,client_id:l},author:{kind:"agent",person_id:this.me.person_id,name:this.me.name},delivery_status:"\
sending",...a};return this.pending.push(r),this.save(),r}remove(t){this.pending=this.pending.filter(e=>e.client_id!==t),
this.save()}settle(t,e){for(let i of e){let l=i.author?.person_id===this.me.person_id&&(i.direction==="outbound"||i.type===
"note")&&this.of(t).find(r=>r.client_id===i.client_id||r.delivery_status==="sending"&&r.type===i.type&&(r.text??"")===(i.
text??"")&&Date.parse(i.at)>Date.parse(r.at)-6e4);l&&this.remove(l.client_id)}}};var It=/^\(\d+\+?\) /u,Y=class{constructor(){this.isOn=C("notify",!1),this.button=g("bell",n("Sound and notifications"),
()=>this.turn()),this.mark(),this.watcher=new MutationObserver(()=>this.title()),this.watcher.observe(document.head,{subtree:!0,
childList:!0,characterData:!0})}stop(){this.watcher.disconnect(),document.title=document.title.replace(It,"")}count(t){this.
n=t,this.title()}title(){let t=(this.n?`(${this.n}) `:"")+document.title.replace(It,"");document.title!==t&&(document.title=
t)}mark(){this.button.classList.toggle("on",this.isOn),this.button.setAttribute("aria-pressed",String(this.isOn))}async turn(){
this.isOn=!this.isOn,O("notify",this.isOn),this.mark(),this.isOn&&(this.sound(),globalThis.Notification?.permission==="d\
efault"&&await Notification.requestPermission())}inbound(t,e,i){if(!this.isOn||(this.sound(),document.visibilityState===
"visible"||globalThis.Notification?.permission!=="granted"))return;let a=new Notification(t.contact.name??t.contact.address,
{body:e??"",tag:t.conversation_id});a.onclick=()=>(window.focus(),i())}sound(){this.audio??=new AudioContext;let t=this.
audio.createOscillator(),e=this.audio.createGain(),i=this.audio.currentTime;e.gain.setValueAtTime(.08,i),e.gain.exponentialRampToValueAtTime(
1e-4,i+.3),t.frequency.setValueAtTime(740,i),t.frequency.setValueAtTime(988,i+.09),t.connect(e).connect(this.audio.destination),
t.start(i),t.stop(i+.32)}};var X=class{constructor(t){this.on=t,this.seq=null,this.tries=0,this.isUp=!1,this.wake=()=>this.isUp||this.open(),window.
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
this.on&&this.on[t.type](t)}};var he=["👍","❤️","😂","😮","😢","🙏"];function Rt(s,t,e){let i={note:me,activity:ue}[t.type]?.(s,t)??fe(s,
t,e);return i.dataset.key=w(t),i}var mt=s=>o("bdi",{},o("time",{datetime:s,title:_(s)},A(s)));function ue(s,t){return o(
"div",{class:"activity"},o("span",{dir:"auto"},pe(t)),mt(t.at))}function pe(s){let t={name:s.author?.name??n("Somebody"),
tag:s.payload?.tag??""};return{"conversation.resolved":n("{name} resolved the conversation",t),"conversation.reopened":n(
"{name} reopened the conversation",t),"conversation.snoozed":n("{name} snoozed the conversation",t),"conversation.tagged":n(
"{name} put on the tag “{tag}”",t),"conversation.untagged":n("{name} took off the tag “{tag}”",t)}[s.activity]??
n(s.text??s.activity,s.payload??{})}function me(s,t){return o("div",{class:`bubble-row out noted ${t.delivery_status??""}`},
o("div",{class:"bubble note"},o("div",{class:"author"},h("note","tiny"),o("bdi",{},t.author?.name??""),o("small",{},n("O\
nly your team sees this"))),o("div",{class:"text",dir:"auto"},...B(t.text??"")),o("div",{class:"meta"},mt(t.at),t.client_id?
Bt(t):null)),t.client_id?Ut(s,t):null)}function fe(s,t,e){let i=t.direction==="outbound",a=o("div",{class:`bubble${t.is_revoked?
" revoked":""}${t.kind==="sticker"?" bare":""}`},i&&!e&&t.author?.name?o("div",{class:"author"},o("bdi",{},t.author.name),
t.author.kind==="bot"?o("small",{},n("Bot")):null):null,t.reply_to?o("blockquote",{class:"quote",dir:"auto"},t.reply_to.
text||n("A message")):null,...t.is_revoked?[o("div",{class:"text"},n("This message was withdrawn")),t.text?o("div",{class:"\
text was",dir:"auto"},t.text):null]:zt(t),o("div",{class:"meta"},t.is_edited?o("span",{},n("edited")):null,mt(t.at),i?Bt(
t):null),t.reactions?.length?o("div",{class:"reactions"},...t.reactions.map(l=>o("span",{title:l.by==="contact"?n("Custo\
mer"):n("Us")},l.emoji))):null);return o("div",{class:`bubble-row ${i?"out":"in"}${e?" run":""} ${t.delivery_status??""}`},
a,t.client_id?null:ge(s,t),Ut(s,t))}function ge(s,t){let e=g("smile",n("React"),()=>s.menus.emoji(e,he,i=>s.react(t,i)));
return o("div",{class:"tools"},g("reply",n("Reply to this message"),()=>s.composer.quote(t)),e)}function Bt(s){let[t,e,i=""]={
sending:["clock",n("Sending")],queued:["clock",n("Waiting to be sent")],accepted:["clock",n("Waiting to be sent")],sent:[
"check",n("Sent")],delivered:["checks",n("Delivered")],read:["checks",n("Read"),"blue"],played:["checks",n("Played"),"bl\
ue"],failed:["alert",n("Not sent"),"red"],unsent:["alert",n("Not sent"),"red"],unresolved:["question",n("Outcome unknown"),
"amber"],cancelled:["close",n("Given up")]}[s.delivery_status]??["check",s.delivery_status??""];return o("span",{class:`\
delivery ${i}`,role:"img","aria-label":e,title:e},h(t,"tiny"))}function Ut(s,t){let e=(i,a)=>o("button",{type:"button",class:"\
link",on:{click:a}},i);return t.delivery_status==="unsent"?o("div",{class:"trouble",role:"alert"},t.problem??n("This was\
 not sent yet."),e(n("Send again"),()=>s.resend(t)),e(n("Back to the composer"),()=>s.takeBack(t))):t.delivery_status===
"failed"?o("div",{class:"trouble"},o("span",{dir:"auto"},t.error?.advice||t.error?.detail||n("The channel refused this m\
essage.")),t.error?.code?o("bdi",{class:"code"},String(t.error.code)):null,e(n("Retry"),()=>s.message(t,"retry"))):t.delivery_status===
"unresolved"?o("div",{class:"trouble amber"},n("The channel did not answer, so this may or may not have arrived. Retryin\
g could send it twice."),e(n("Retry"),()=>s.message(t,"retry")),e(n("Give up"),()=>s.message(t,"cancel"))):t.delivery_status===
"queued"&&!t.client_id&&Date.now()-Date.parse(t.at)>6e4?o("div",{class:"trouble quiet"},e(n("Cancel sending"),()=>s.message(
t,"cancel"))):null}function jt(s,t){let e=t.assignee?.person_id===s.me.person_id;return[g("back",n("Back to the list"),()=>s.back(),"back"),
S(t.contact.name??t.contact.address,"wide-only"),o("div",{class:"title"},o("h2",{},o("bdi",{},t.contact.name??t.contact.
address)),o("div",{class:"under"},ht(t.inbox),o("bdi",{},t.inbox.name),o("bdi",{dir:"ltr",class:"address"},t.contact.address??
""),...be(s,t))),o("div",{class:"actions"},ye(s,t,e),...ve(s,t),g("tag",n("Tags"),i=>s.menus.tags(i.currentTarget,t)),g(
"panel",n("Customer details"),()=>s.togglePane()))]}function be(s,t){return t.tags.map(e=>o("span",{class:"chip tag"},o(
"bdi",{},e),o("button",{type:"button","aria-label":n("Remove the tag {tag}",{tag:e}),on:{click:()=>s.untag(t,e)}},h("clo\
se","tiny"))))}function ye(s,t,e){let i=a=>s.menus.agents(a.currentTarget,t);if(!t.assignee){let a=o("button",{type:"but\
ton",class:"button primary",title:`${n("Take it")} (a)`,on:{click:()=>s.claim(t)}},n("Take it"));return o("span",{class:"\
pair"},a,g("person",n("Assign to somebody"),i))}return o("button",{type:"button",class:"button holder",title:n("Assigned\
 to {name}",{name:t.assignee.name}),"aria-haspopup":"menu",on:{click:i}},S(t.assignee.name,"mini"),o("bdi",{class:"label"},
e?n("You"):t.assignee.name),h("down","tiny"))}function ve(s,t){if(t.status==="open")return[g("snooze",n("Snooze"),i=>s.menus.
snooze(i.currentTarget,t)),o("button",{type:"button",class:"button resolve",title:`${n("Resolve")} (e)`,on:{click:()=>s.
resolve(t)}},h("check"),o("span",{class:"label"},n("Resolve")))];let e=t.status==="snoozed"?t.snoozed_until_at?n("Snooze\
d until {at}",{at:_(t.snoozed_until_at)}):n("Snoozed until they write"):n("Resolved");return[o("span",{class:"chip statu\
s",title:e},h(t.status==="snoozed"?"snooze":"check"),o("span",{class:"label"},e)),o("button",{type:"button",class:"butto\
n",on:{click:()=>s.reopen(t)}},h("reopen"),o("span",{class:"label"},n("Reopen")))]}var we=120,ke=5*6e4,Q=class{constructor(t){this.app=t,this.head=o("header",{class:"head"}),this.log=o("div",{class:"log",
role:"log","aria-label":n("Messages"),"aria-live":"polite","aria-relevant":"additions",tabindex:"0",on:{scroll:()=>this.
scrolled()}}),this.jump=g("down",n("Go to the newest message"),()=>this.toEnd(!0),"jump"),this.jump.hidden=!0,this.typing=
o("div",{class:"typing",role:"status"}),this.body=o("div",{class:"thread-body"},this.log,this.jump),this.root=o("section",
{class:"thread","aria-label":n("Conversation")},this.head,this.body,this.typing,t.composer.root),this.nodes=new Map,this.
blank()}blank(){this.id=null,this.root.classList.add("blank"),this.head.replaceChildren(),this.log.replaceChildren(o("di\
v",{class:"empty"},h("whatsapp"),o("strong",{},n("Choose a conversation")),o("p",{},n("Press j and k to move through the\
 list, ? for all shortcuts."))))}async open(t){this.id=t,this.root.classList.remove("blank"),this.typing.replaceChildren(),
this.paintHead();let e=this.app.store.threads.get(t);if(e){this.paint(e);return}this.skeleton();try{let i=await this.app.
store.thread(t);this.id===t&&this.paint(i)}catch(i){this.id===t&&this.failed(i)}}skeleton(){this.nodes.clear(),this.log.
setAttribute("aria-busy","true"),this.log.replaceChildren(...["in","out","in","in","out"].map(t=>o("div",{class:`bubble-\
row ${t}`},o("div",{class:"bubble skeleton"}))))}failed(t){this.log.removeAttribute("aria-busy"),this.log.replaceChildren(
o("div",{class:"empty",role:"alert"},h("alert"),o("strong",{},n("This conversation could not be loaded")),o("p",{},t.message),
o("button",{type:"button",class:"button",on:{click:()=>this.open(this.id)}},n("Try again"))))}paintHead(){let t=this.app.
store.known.get(this.id);t&&this.head.replaceChildren(...jt(this.app,t))}entries(t){return[...t.entries,...this.app.outbox.
of(this.id)]}paint(t){this.nodes.clear(),this.log.removeAttribute("aria-busy"),this.log.setAttribute("aria-live","off");
let e=this.entries(t),i=e.flatMap((a,l)=>this.draw(a,e[l-1]));e.length||i.push(o("div",{class:"empty"},h("note"),o("stro\
ng",{},n("No messages yet")))),this.log.replaceChildren(this.olderButton(t),...i),this.toEnd(),requestAnimationFrame(()=>this.
log.setAttribute("aria-live","polite")),this.app.shown(this.id)}draw(t,e){let i=e&&e.type===t.type&&e.direction===t.direction&&
ot(e.at,t.at)&&e.author?.name===t.author?.name&&Date.parse(t.at)-Date.parse(e.at)<ke,a=Rt(this.app,t,i);return a.dataset.
day=nt(t.at),this.nodes.set(w(t),a),e&&ot(e.at,t.at)?[a]:[o("div",{class:"day",role:"separator"},o("bdi",{},nt(t.at))),a]}olderButton(t){
return t.before?o("div",{class:"beginning"},o("button",{type:"button",class:"link",on:{click:()=>this.loadOlder()}},n("L\
oad earlier messages"))):o("div",{class:"beginning"})}async loadOlder(){let t=this.app.store.threads.get(this.id);if(this.
isLoading||!t?.before)return;this.isLoading=!0;let e=this.id;try{if(await this.app.store.older(e),this.id!==e)return;let i=this.
log.scrollHeight-this.log.scrollTop,a=this.entries(t);this.nodes.clear(),this.log.replaceChildren(this.olderButton(t),...a.
flatMap((l,r)=>this.draw(l,a[r-1]))),this.log.scrollTop=this.log.scrollHeight-i}catch(i){this.app.say(i.message)}finally{
this.isLoading=!1}}update(t){let e=this.app.store.threads.get(this.id);if(!e)return;let i=this.isAtEnd(),a=this.entries(
e),l=new Map(a.map((r,d)=>[w(r),d]));for(let[r,d]of this.nodes)l.has(r)||this.remove(r,d);this.log.querySelector(":scope\
 > .empty")&&this.log.querySelector(":scope > .empty").remove();for(let r of t)this.put(r,a,l.get(w(r)));i?this.toEnd():
t.some(r=>r.direction==="inbound")&&(this.jump.hidden=!1)}put(t,e,i){if(i===void 0)return;let a=this.draw(t,e[i-1]),l=this.
heldNode(w(t)),r=e.slice(i+1).map(d=>this.heldNode(w(d))).find(Boolean);l?l.replaceWith(a.at(-1)):r?r.before(a.at(-1)):this.
log.append(...a)}heldNode(t){return[...this.log.children].find(e=>e.dataset.key===t)}remove(t,e){e.remove(),this.nodes.delete(
t)}isAtEnd(){return this.log.scrollHeight-this.log.scrollTop-this.log.clientHeight<we}toEnd(t=!1){this.log.scrollTo({top:this.
log.scrollHeight,behavior:t?"smooth":"instant"}),this.jump.hidden=!0}scrolled(){this.isAtEnd()&&(this.jump.hidden=!0),this.
log.scrollTop<80&&this.loadOlder()}colleague(t,e){this.typing.replaceChildren(h(e==="typing"?"note":"person","tiny"),o("\
span",{},e==="typing"?n("{name} is writing here too",{name:t.name}):n("{name} is looking at this too",{name:t.name}))),this.
typing.classList.toggle("alarming",e==="typing"),clearTimeout(this.quiet),this.quiet=setTimeout(()=>this.typing.replaceChildren(),
6e3)}};var _e=180,Wt=60,xe=4,Z=class{constructor(t){this.me=t.me,this.store=new R(t.me,C("filters",{})),this.outbox=new J(t.me),
this.reference=At(),this.menus=new G(this),this.notify=new Y,this.stream=new X({change:e=>this.changed(e),reset:()=>this.
refetch(),line:(e,i)=>this.line(e,i),typing:e=>this.colleague(e),viewing:e=>this.colleague(e)}),Object.assign(this,Mt(this)),
this.composer=new H(this),this.thread=new Q(this),this.list=new V(this),this.lineBar=o("div",{class:"line",role:"status",
hidden:!0},o("span",{class:"spinner"}),o("span",{},n("Offline, reconnecting… Nothing you write is lost."))),this.toast=
o("div",{class:"toast",role:"alert",hidden:!0}),this.root=o("div",{class:"inbox",dir:t.dir??"ltr",lang:t.locale,dataset:{
pane:"list"}},this.lineBar,o("div",{class:"panes"},this.list.root,this.thread.root),this.toast),this.keyboard=new F(this)}get current(){
return this.selected?this.store.known.get(this.selected):null}async start(t){this.stream.open(),this.clock=setInterval(()=>(this.
list.tick(),this.composer.tick()),1e4),this.onVisible=()=>this.selected&&document.visibilityState==="visible"&&this.seen(
this.selected),document.addEventListener("visibilitychange",this.onVisible),this.pane(C("pane",innerWidth>1100)),await this.
list.reload(),t?this.select(t):setTimeout(()=>this.prefetchAround(0),Wt)}stop(){clearInterval(this.clock),document.removeEventListener(
"visibilitychange",this.onVisible),this.stream.close(),this.keyboard.stop(),this.notify.stop(),this.menus.close(),delete document.
documentElement.dataset.prosaPane}async select(t,{began:e=performance.now()}={}){let i=this.selected;this.selected=t,this.
began={id:t,at:e},this.root.dataset.pane="thread",!(!this.store.known.has(t)&&!await this.fetchOne(t))&&this.selected===
t&&(this.thread.open(t),this.composer.open(t),this.list.choose(t,i),this.tellPython(t),clearTimeout(this.settling),this.
settling=setTimeout(()=>this.settled(t),Wt))}settled(t){this.selected===t&&(this.stream.send({type:"viewing",conversation_id:t}),
this.current.capabilities||this.fetchOne(t),this.prefetchAround(this.store.order.indexOf(t)))}async fetchOne(t){try{return this.
store.learn(await k(`/conversations/${t}`)),!0}catch(e){return this.say(e.status===404?n("This conversation does not exi\
st or is not yours to see."):e.message),!1}}shown(t){if(this.began?.id===t){let{at:e}=this.began;this.began=null,ut(()=>pt(
"thread",t,e))}document.visibilityState==="visible"&&this.seen(t)}tellPython(t){clearTimeout(this.telling),this.telling=
setTimeout(()=>{let e=new URL(location.href);e.searchParams.set("c",t),history.replaceState(history.state,"",e),this.tell?.(
"selected",{conversation_id:t,contact_id:this.store.known.get(t)?.contact.contact_id??null})},_e)}prefetch(t){this.store.
threads.has(t)||this.store.thread(t).catch(()=>null)}prefetchAround(t){for(let e of this.store.order.slice(Math.max(0,t-
1),t+xe))this.prefetch(e)}step(t){let{order:e}=this.store,i=e.indexOf(this.selected),a=t===0||i<0?e[0]:e[Math.min(e.length-
1,Math.max(0,i+t))];a&&a!==this.selected&&this.select(a),e.indexOf(a)>e.length-8&&this.list.loadMore()}back(){this.menus.
close(),this.root.dataset.pane="list",innerWidth<=760&&this.pane(!1)}togglePane(){this.pane(document.documentElement.dataset.
prosaPane!=="open")}pane(t){document.documentElement.dataset.prosaPane=t?"open":"closed",innerWidth>1100&&O("pane",t)}rememberFilters(){
let{q:t,...e}=this.store.filters;O("filters",e)}changed(t){let e=performance.now(),i=t.conversation.conversation_id;this.
outbox.settle(i,t.entries??[]);let a=this.store.apply(t);t.conversation.gone&&this.gone(i),this.list.paint(),i===this.selected&&
!t.conversation.gone&&(this.thread.paintHead(),this.thread.update(t.entries??[]),this.composer.paint(),a.some(r=>r.direction===
"inbound")&&document.visibilityState==="visible"&&this.seen(i));let l=(t.entries??[]).find(r=>r.direction==="inbound"&&Date.
now()-Date.parse(r.at)<6e4);l&&this.mattersToMe(t.conversation)&&this.notify.inbound(t.conversation,l.text,()=>this.select(
i)),ut(()=>pt("event",t.seq,e,{id:i,entries:(t.entries??[]).map(r=>r.message_id??r.note_id)})),this.refreshPane(i,a)}refreshPane(t,e){
t===this.selected&&e.some(i=>i.type==="activity")&&this.tell?.("refreshed",Date.now())}mattersToMe(t){let e=t.assignee?.
person_id;return!e||e===this.me.person_id}gone(t){t===this.selected&&(this.selected=null,this.thread.blank(),this.say(n(
"This conversation moved to an inbox you do not see.")))}colleague({conversation_id:t,person:e,type:i}){t===this.selected&&
e?.person_id!==this.me.person_id&&this.thread.colleague(e,i)}line(t,e){this.lineBar.hidden=t,this.root.dataset.line=t?"u\
p":"down",t&&!e&&this.resendPassing(),t||this.askWhy()}async askWhy(){try{await k("/me")}catch{return}}async refetch(){this.
store.reset(),await this.list.reload(),this.selected&&await this.fetchOne(this.selected)&&this.thread.open(this.selected)}say(t,e=!1){
this.toast.replaceChildren(h(e?"check":"alert"),o("span",{dir:"auto"},t)),this.toast.classList.toggle("good",e),this.toast.
hidden=!1,clearTimeout(this.toasting),this.toasting=setTimeout(()=>this.toast.hidden=!0,6e3)}};var ft=new WeakMap;function ei({parentElement:s,data:t,setStateValue:e}){let i=ft.get(s);return i||(bt(t),i=new Z(t),ft.
set(s,i),s.querySelector("[data-inbox]").replaceChildren(i.root),i.start(t.selected)),i.tell=e,()=>{ft.delete(s),i.stop(),
i.root.remove()}}export{ei as default};
