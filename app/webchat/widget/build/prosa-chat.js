(()=>{var w=class extends Error{constructor(t,e={},i=0){super(e.message??"no answer"),Object.assign(this,{status:t,code:e.code??
"",facts:e.facts??{},retryAfter:i})}get isPassing(){return this.status===0||this.status===429||this.status>=500}},v=class{constructor(t,e,i,n){
Object.assign(this,{base:`${t}/${encodeURIComponent(e)}`,keep:i,user:n}),this.visit=null}config(){return this.ask("GET",
"config")}async token(){return(!this.visit||this.visit.until<Date.now()+6e4)&&await this.begin(),this.visit.token}begin(t){
let e=this.beginning??Promise.resolve();return this.beginning&&!t?e:(this.beginning=e.catch(()=>{}).then(()=>this.session(
t)).finally(()=>this.beginning=null),this.beginning)}async session(t){let e=this.keep.get("returning"),i=await this.ask(
"POST","session",{returning:e,user:this.user??null,prechat:t??null});return this.visit={...i,until:Date.now()+i.expires_in_s*
1e3},this.keep.set("returning",i.returning),this.visit}async call(t,e,i,n={}){for(let o=!1;;o=!0){let l=await this.token();
try{return await this.ask(t,e,i,{...n,token:l})}catch(r){if(r.status!==401||o)throw r;this.visit=null}}}file(t){return this.
call("GET",`files/${t}`,void 0,{as:"blob"})}async ask(t,e,i,{token:n,as:o="json",signal:l}={}){let r=i instanceof FormData,
h={...n&&{Authorization:`Bearer ${n}`},...i&&!r&&{"Content-Type":"application/json"}},c={method:t,headers:h,signal:l,body:r?
i:i&&JSON.stringify(i),credentials:"omit",referrerPolicy:"no-referrer"},d;try{d=await fetch(`${this.base}/${e}`,c)}catch(p){
throw p.name==="AbortError"?p:new w(0)}if(!d.ok)throw await st(d);return d.status===204?null:d[o]()}async stream(t){let e=t?
`?after=${t}`:"";return[`${this.base.replace(/^http/u,"ws")}/stream${e}`,["prosa.chat",await this.token()]]}};async function st(s){
let t=await s.json().catch(()=>({}));return new w(s.status,t.error,Number(s.headers.get("retry-after"))||0)}var j="http://www.w3.org/2000/svg";function a(s,t={},...e){let i=document.createElement(s);for(let[n,o]of Object.entries(
t))n.startsWith("on")?i.addEventListener(n.slice(2),o):o===!0?i.setAttribute(n,""):o!==!1&&o!=null&&i.setAttribute(n,o);
return i.append(...e.flat().filter(n=>n!=null&&n!=="")),i}var nt={chat:["M4.8 18.2A8.6 8.6 0 1 1 8 20.3L3.6 21.4z","M8.4\
 12h.01M12 12h.01M15.6 12h.01"],close:["M6 6l12 12M18 6L6 18"],down:["M6 9.5l6 6 6-6"],send:["M5 12h13M12.5 6l6 6-6 6"],
clip:["M20 11.5l-8.2 8.1a5 5 0 0 1-7.1-7.1l8.5-8.4a3.3 3.3 0 0 1 4.7 4.7l-8.4 8.4a1.7 1.7 0 0 1-2.4-2.4l7.6-7.5"],mic:["\
M12 3.5a2.8 2.8 0 0 1 2.8 2.8v5.2a2.8 2.8 0 0 1-5.6 0V6.3A2.8 2.8 0 0 1 12 3.5z","M5.8 11a6.2 6.2 0 0 0 12.4 0M12 17.4v3\
.1"],file:["M13.5 3.5h-6a2 2 0 0 0-2 2v13a2 2 0 0 0 2 2h9a2 2 0 0 0 2-2v-10z","M13.5 3.5v5h5"],bin:["M5 7h14M10 11v5M14 \
11v5M7 7l.8 12h8.4L17 7M9.5 7V4.5h5V7"],clock:["M12 4.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15z","M12 8.2V12l2.6 1.8"],check:[
"M5.5 12.5l4 4 9-9.5"],checks:["M2.5 12.8l3.8 3.8 8.4-9M10.5 15.4l1.3 1.2 8.7-9"],alert:["M12 4.5a7.5 7.5 0 1 1 0 15 7.5\
 7.5 0 0 1 0-15z","M12 8.5v4.2M12 15.6h.01"]};function f(s){let t=document.createElementNS(j,"svg");for(let[e,i]of Object.
entries({viewBox:"0 0 24 24","aria-hidden":"true",class:`icon ${s}`}))t.setAttribute(e,i);for(let e of nt[s]){let i=document.
createElementNS(j,"path");i.setAttribute("d",e),t.append(i)}return t}function u(s,t,e,i={}){return a("button",{type:"but\
ton",class:"tool","aria-label":t,title:t,onclick:e,...i},f(s))}function R(s,t){let e=s.firstChild,i=new Set(t);for(let n of t){
for(;e&&!i.has(e);){let o=e;e=e.nextSibling,o.remove()}e===n?e=e.nextSibling:s.insertBefore(n,e)}for(;e;){let n=e;e=e.nextSibling,
n.remove()}}var ot=["audio/ogg;codecs=opus","audio/webm;codecs=opus","audio/mp4"];var B=()=>ot.find(s=>globalThis.MediaRecorder?.isTypeSupported(s));async function y(s){let t=await navigator.mediaDevices.
getUserMedia({audio:!0}),e=B(),i=new MediaRecorder(t,{mimeType:e}),n=[],o=0,l=setInterval(()=>{s(o+=1),o>=300&&i.state===
"recording"&&i.stop()},1e3),r=new Promise(h=>i.onstop=h);return i.ondataavailable=({data:h})=>n.push(h),i.start(1e3),{async stop(){
i.state==="recording"&&i.stop(),await r,clearInterval(l);for(let c of t.getTracks())c.stop();let h=e.split(";")[0];return new File(
n,`voice.${h.split("/")[1]}`,{type:h})}}}y.isPossible=()=>!!(B()&&navigator.mediaDevices?.getUserMedia);var at=3e3,k=class{constructor({say:t,limits:e,draft:i},n){Object.assign(this,{say:t,limits:e,on:n,typedAt:0}),this.field=
a("textarea",{rows:"1",placeholder:t("write"),"aria-label":t("write"),enterkeyhint:"send",dir:"auto",autocomplete:"off"}),
this.field.value=i??"",this.picker=a("input",{type:"file",hidden:!0,tabindex:"-1",accept:rt(e.types)}),this.problem=a("p",
{class:"problem",role:"alert"}),this.attach=u("clip",t("attach"),()=>this.picker.click()),this.mic=y.isPossible()?u("mic",
t("record"),()=>this.speak()):null,this.button=u("send",t("send"),()=>this.send(),{class:"tool go"}),this.bar=a("div",{class:"\
bar"},this.attach,this.field,this.mic,this.button),this.root=a("div",{class:"composer"},this.problem,this.bar,this.picker),
this.field.addEventListener("keydown",o=>this.key(o)),this.field.addEventListener("input",()=>this.typed()),this.field.addEventListener(
"paste",o=>this.take(o,o.clipboardData)),this.picker.addEventListener("change",()=>this.picked(this.picker.files)),this.
look()}takesDrops(t){t.addEventListener("dragover",e=>e.preventDefault()),t.addEventListener("drop",e=>(e.preventDefault(),
this.take(e,e.dataTransfer)))}complain(t){this.problem.textContent=t}key(t){t.key!=="Enter"||t.shiftKey||t.isComposing||
t.keyCode===229||(t.preventDefault(),this.send())}typed(){this.look(),this.on.draft(this.field.value);let t=Date.now();this.
field.value&&t-this.typedAt>at&&(this.typedAt=t,this.on.typing())}look(){let t=this.field.value.length-this.limits.text;
this.complain(t>0?this.say("too_long",{n:t}):""),this.root.classList.toggle("filled",this.field.value.trim()!==""),this.
button.disabled=t>0||this.field.value.trim()==="",this.field.style.setProperty("height","auto"),this.field.style.setProperty(
"height",`${Math.min(this.field.scrollHeight,128)}px`)}send(){if(this.button.disabled)return;let t=this.field.value;this.
field.value="",this.typedAt=0,this.typed(),this.on.send(t.trim()),this.field.focus()}take(t,e){e?.files?.length&&(t.preventDefault(),
this.picked(e.files))}picked(t){for(let e of t)e.size>this.limits.file?this.complain(this.say("too_large")):e.size&&this.
on.file(e,!1);this.picker.value="",this.field.focus()}async speak(){this.complain("");let t=a("span",{class:"elapsed",role:"\
timer"},"0:00"),e;try{e=await y(o=>t.textContent=`${Math.floor(o/60)}:${String(o%60).padStart(2,"0")}`)}catch{this.complain(
this.say("no_mic"));return}let i=async o=>{let l=await e.stop();n.replaceWith(this.bar),this.field.focus(),o&&l.size&&this.
on.file(l,!0)},n=a("div",{class:"bar speaking",onkeydown:o=>o.key==="Escape"&&(o.stopPropagation(),i(!1))},u("bin",this.
say("discard"),()=>i(!1)),a("span",{class:"live"},a("i",{class:"pulse"}),a("span",{role:"status"},this.say("recording")),
t),u("send",this.say("send"),()=>i(!0),{class:"tool go"}));this.bar.replaceWith(n),n.lastChild.focus()}};function rt(s){
return[...s.filter(e=>!e.endsWith(".")&&!e.endsWith("/")),".docx",".xlsx",".pptx"].join(",")}var W=`:host{all:initial!important;display:block!important;position:fixed!important;inset:auto 0 0 auto!important;width:\
0!important;height:0!important;z-index:2147483000!important;visibility:visible!important;opacity:1!important;pointer-eve\
nts:auto!important}*,*:before,*:after{box-sizing:border-box}[hidden]{display:none!important}.root{--accent: var(--prosa-\
chat-accent, var(--brand, #3355e6));--on-accent: var(--prosa-chat-on-accent, var(--on-brand, #fff));--radius: var(--pros\
a-chat-radius, 20px);--surface: #fff;--ground: #f6f7f9;--raised: #fff;--line: #e4e7ec;--ink: #171a21;--soft: #626b7c;--a\
larm: #b3261e;--shadow: 0 2px 6px rgb(16 24 40 / 8%), 0 16px 48px rgb(16 24 40 / 20%);color-scheme:light;color:var(--ink\
);font:400 15px/1.45 var(--prosa-chat-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans Arabic\
", sans-serif);text-align:start;-webkit-text-size-adjust:100%}.root.dark{--surface: #1b1e25;--ground: #14161b;--raised: \
#262a33;--line: #343945;--ink: #edeff3;--soft: #a2aabb;--alarm: #ff8a80;--shadow: 0 2px 6px rgb(0 0 0 / 40%), 0 16px 48p\
x rgb(0 0 0 / 60%);color-scheme:dark}@media(prefers-color-scheme:dark){.root.auto{--surface: #1b1e25;--ground: #14161b;-\
-raised: #262a33;--line: #343945;--ink: #edeff3;--soft: #a2aabb;--alarm: #ff8a80;--shadow: 0 2px 6px rgb(0 0 0 / 40%), 0\
 16px 48px rgb(0 0 0 / 60%);color-scheme:dark}}button,textarea,input{font:inherit;color:inherit;letter-spacing:inherit}b\
utton{cursor:pointer;border:0;background:none;padding:0;touch-action:manipulation}button:disabled{cursor:default}p,h2{ma\
rgin:0}:focus{outline:none}:focus-visible{outline:2px solid color-mix(in srgb,var(--accent) 72%,var(--ink));outline-offs\
et:2px}.icon{width:22px;height:22px;fill:none;stroke:currentcolor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:\
round;flex:none}.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}.\
launcher{position:fixed;bottom:calc(20px + env(safe-area-inset-bottom));right:20px;width:60px;height:60px;border-radius:\
50%;display:grid;place-items:center;background:var(--accent);color:var(--on-accent);box-shadow:var(--shadow);transition:\
transform .18s ease}.launcher:hover{transform:scale(1.06)}.launcher:active{transform:scale(.96)}.launcher .icon{grid-are\
a:1 / 1;width:30px;height:30px;transition:opacity .18s,transform .18s}.launcher .down,.open .launcher .chat{opacity:0;tr\
ansform:rotate(-30deg) scale(.7)}.open .launcher .down{opacity:1;transform:none}.launcher:focus-visible{outline-offset:4\
px}.left .launcher{right:auto;left:20px}.badge{position:absolute;top:-4px;inset-inline-end:-4px;min-width:23px;height:23\
px;padding:0 6px;border-radius:12px;background:#d92d20;color:#fff;border:2px solid #fff;font-size:12px;font-weight:700;l\
ine-height:19px;text-align:center}.teaser{position:fixed;bottom:calc(94px + env(safe-area-inset-bottom));right:20px;max-\
width:min(290px,calc(100vw - 40px));display:flex;align-items:start;gap:2px;background:var(--surface);border-radius:16px;\
border-end-end-radius:5px;box-shadow:var(--shadow);padding:4px;animation:rise .3s ease}.left .teaser{right:auto;left:20p\
x}.teaser .says{padding:9px 6px 9px 12px;text-align:start}.teaser .tool{width:30px;height:30px}.teaser .tool .icon{width\
:16px;height:16px}.panel{position:fixed;bottom:calc(94px + env(safe-area-inset-bottom));right:20px;width:392px;max-width\
:calc(100vw - 40px);height:min(660px,calc(100vh - 124px));display:flex;flex-direction:column;background:var(--ground);bo\
rder-radius:var(--radius);box-shadow:var(--shadow);overflow:hidden;animation:rise .22s ease}.left .panel{right:auto;left\
:20px}header{display:flex;align-items:center;gap:12px;padding:14px 12px 14px 16px;background:var(--accent);color:var(--o\
n-accent)}header :focus-visible{outline-color:var(--on-accent)}.face{width:38px;height:38px;border-radius:50%;display:gr\
id;place-items:center;flex:none;font-weight:650;font-size:17px;background:color-mix(in srgb,var(--on-accent) 20%,transpa\
rent)}h2{flex:1;min-width:0;font-size:17px;font-weight:650;line-height:1.25;overflow:hidden;text-overflow:ellipsis;white\
-space:nowrap}header .tool{color:inherit}header .tool:hover{background:color-mix(in srgb,var(--on-accent) 16%,transparen\
t)}.state:empty{display:none}.state{padding:7px 16px;font-size:13px;background:color-mix(in srgb,var(--accent) 12%,var(-\
-surface));color:var(--ink);text-align:center}.body{flex:1;min-height:0;display:flex;flex-direction:column}.tool{width:4\
0px;height:40px;border-radius:50%;display:grid;place-items:center;flex:none;color:var(--soft);transition:background .15s\
,color .15s}.tool:hover{background:color-mix(in srgb,var(--ink) 8%,transparent);color:var(--ink)}.log{flex:1;min-height:\
0;overflow-y:auto;overscroll-behavior:contain;padding:16px 14px 10px;display:flex;flex-direction:column}.log:focus-visib\
le{outline-offset:-3px}.list{margin-top:auto;display:flex;flex-direction:column}.list:has(>.hello){margin-block:auto}.li\
st>.hello{padding:0 24px 24px;font-size:21px;font-weight:650;line-height:1.3;text-align:center}.day{display:flex;justify\
-content:center;margin:14px 0 6px}.day span{font-size:12px;font-weight:500;color:var(--soft);padding:2px 10px}.row{displ\
ay:flex;flex-direction:column;align-items:flex-start;gap:3px;margin-top:3px;max-width:84%;position:relative}.row.first{m\
argin-top:12px}.row.theirs{align-self:flex-end;align-items:flex-end}.author{font-size:12.5px;font-weight:600;color:var(-\
-soft);padding-inline-start:4px}.bubble{padding:9px 13px;border-radius:18px;overflow-wrap:anywhere;white-space:pre-wrap;\
unicode-bidi:plaintext;text-align:start}.ours .bubble{background:var(--raised);border-end-start-radius:6px;box-shadow:0 \
1px 2px #10182814}.theirs .bubble{background:var(--accent);color:var(--on-accent);border-end-end-radius:6px}.bubble a{co\
lor:inherit;text-decoration:underline;text-underline-offset:2px}.row .bubble.emoji{background:none;box-shadow:none;color\
:var(--ink);padding:0 4px;font-size:36px;line-height:1.2}.bubble.gone{font-style:italic;color:var(--soft);background:non\
e;border:1px dashed var(--line);box-shadow:none}.waiting .bubble,.waiting .picture{opacity:.6}.failed .bubble{background\
:color-mix(in srgb,var(--alarm) 14%,var(--surface));color:var(--ink)}.foot{display:flex;align-items:center;flex-wrap:wra\
p;gap:4px;font-size:11.5px;color:var(--soft);padding-inline:5px;line-height:1.4}.row:not(:last-child):has(+.row.ours:not\
(.first)).ours .foot,.row.theirs:has(+.row.theirs:not(.first)):not(.failed,.waiting) .foot{display:none}.foot .icon{widt\
h:15px;height:15px;stroke-width:2.2;vertical-align:middle}.tick{display:inline-flex}.tick .checks{color:color-mix(in srg\
b,var(--accent) 65%,var(--ink))}.failed .foot{color:var(--alarm)}.word{font-weight:650;text-decoration:underline;text-un\
derline-offset:2px;padding:3px;border-radius:4px}.picture{display:block;border-radius:16px;overflow:hidden;min-width:80p\
x;min-height:60px;background:var(--line);line-height:0}.picture img{max-width:100%;max-height:260px;object-fit:cover}aud\
io{width:264px;max-width:100%;height:44px}.chip{display:flex;align-items:center;gap:10px;padding:10px 14px 10px 10px;bor\
der-radius:14px;background:var(--raised);border:1px solid var(--line);text-align:start;max-width:100%}.chip:hover{border\
-color:var(--accent)}.chip .icon{color:var(--accent);width:26px;height:26px}.chip span{min-width:0;overflow-wrap:anywher\
e;font-weight:500;line-height:1.3}.chip small{display:block;color:var(--soft);font-weight:400}.choices{display:flex;flex\
-wrap:wrap;gap:7px;padding-top:5px}.choices.rows{flex-direction:column;align-self:stretch}.rows .choice{border-radius:14\
px}.choice{padding:8px 15px;border-radius:20px;border:1.5px solid var(--accent);background:var(--surface);font-weight:60\
0;text-align:start;transition:background .15s;color:color-mix(in srgb,var(--accent) 68%,var(--ink))}.choice:not(:disable\
d):hover{background:color-mix(in srgb,var(--accent) 12%,var(--surface))}.choice:disabled{opacity:.45}.choice small{displ\
ay:block;font-weight:400;color:var(--soft)}.section{font-size:12px;font-weight:600;color:var(--soft);padding-top:4px}.ty\
ping{align-self:flex-start;margin-top:10px;padding:9px 13px;border-radius:18px;border-end-start-radius:6px;background:va\
r(--raised);display:flex;align-items:center;gap:9px;color:var(--soft);font-size:13px}.dots{display:inline-flex;gap:4px}.\
dots i{width:7px;height:7px;border-radius:50%;background:currentcolor;animation:blink 1.2s infinite}.dots i:nth-child(2)\
{animation-delay:.18s}.dots i:nth-child(3){animation-delay:.36s}.composer{background:var(--surface);border-top:1px solid\
 var(--line);padding:8px 8px calc(8px + env(safe-area-inset-bottom))}.bar{display:flex;align-items:flex-end;gap:2px}text\
area{flex:1;min-width:0;resize:none;border:0;background:none;padding:9px 6px;max-height:128px;line-height:22px;font-size\
:16px;overflow-y:auto;scrollbar-width:thin}textarea:focus-visible{outline:none}.bar:has(textarea:focus-visible){border-r\
adius:22px;box-shadow:0 0 0 2px color-mix(in srgb,var(--accent) 82%,var(--ink))}textarea::placeholder{color:var(--soft);\
opacity:1}.go:not(:disabled){background:var(--accent);color:var(--on-accent)}.go:not(:disabled):hover{background:color-m\
ix(in srgb,var(--accent) 86%,#000);color:var(--on-accent)}.go:disabled{opacity:.45}[dir=rtl] .send{transform:scaleX(-1)}\
.problem:empty{display:none}.problem{color:var(--alarm);font-size:13px;padding:2px 8px 6px}.live{flex:1;display:flex;ali\
gn-items:center;gap:10px;height:40px;padding-inline:6px;font-weight:500}.elapsed{margin-inline-start:auto;font-variant-n\
umeric:tabular-nums;color:var(--soft)}.pulse{width:11px;height:11px;border-radius:50%;background:#d92d20;animation:blink\
 1.2s infinite}.prechat{flex:1;overflow-y:auto;padding:24px 20px;display:flex;flex-direction:column;gap:16px;background:\
var(--surface)}.prechat .hello{font-size:21px;font-weight:650;line-height:1.3;padding-bottom:4px}.field label>span{displ\
ay:block;font-size:13.5px;font-weight:600;padding-bottom:5px}.field input:not([type=checkbox]){width:100%;padding:10px 1\
3px;border-radius:12px;border:1.5px solid var(--line);background:var(--surface);font-size:16px}.field input:focus-visibl\
e{outline:2px solid var(--accent);outline-offset:0;border-color:transparent}.field input[aria-invalid=true]{border-color\
:var(--alarm)}.field .agree{display:flex;gap:10px;align-items:flex-start;cursor:pointer}.field .agree span{font-weight:4\
00;color:var(--soft);padding:0;white-space:pre-wrap}.field .agree input{width:20px;height:20px;margin:0;accent-color:var\
(--accent);flex:none}.wrong{display:block;font-size:13px;color:var(--alarm);padding-top:4px}.wrong:empty{display:none}.m\
ain{padding:12px 18px;border-radius:14px;background:var(--accent);color:var(--on-accent);font-weight:650;font-size:16px}\
.main:hover{background:color-mix(in srgb,var(--accent) 88%,#000)}.main:disabled{opacity:.6}@media(max-width:480px),(max-\
height:420px){.panel,.left .panel{inset:0;width:100%;max-width:none;height:var(--visible, 100dvh);border-radius:0;animat\
ion:none}.open .launcher{display:none}header{padding-top:calc(12px + env(safe-area-inset-top))}.launcher{bottom:calc(16p\
x + env(safe-area-inset-bottom));right:16px}.left .launcher{left:16px}}@keyframes rise{0%{opacity:0;transform:translateY\
(14px)}}@keyframes blink{0%,60%,to{opacity:.3}30%{opacity:1}}@media(prefers-reduced-motion:reduce){*,*:before,*:after{an\
imation:none!important;transition:none!important}}@media(forced-colors:active){.launcher,.panel,.bubble,.choice,.main,.c\
hip{border:1px solid}}
`;function ct(s,t){let e=s.split("*").map(i=>i.replace(/[.+?^${}()|[\]\\]/gu,"\\$&"));return new RegExp(`^${e.join(".*")}$`,
"u").test(t)}var _=class{constructor(t,e,i){Object.assign(this,{rules:t,keep:e,greet:i,timers:[]})}start(){let t=this.keep.
get("greeted")??[],e=this.rules.filter(i=>ct(i.path_glob,location.pathname)&&!t.includes(i.text));this.timers=e.map(i=>setTimeout(
()=>this.say(i.text),i.after_s*1e3))}stop(){this.timers.forEach(clearTimeout)}say(t){this.stop(),this.keep.set("greeted",
[...this.keep.get("greeted")??[],t]),this.greet(t)}};var S=class s{constructor(t,e){this.prefix=`prosa-chat:${t}:${e??""}:`,this.memory=new Map,this.listeners=[],addEventListener(
"storage",i=>i.key?.startsWith(this.prefix)&&this.listeners.forEach(n=>n()))}get(t){if(this.memory.has(t))return this.memory.
get(t);try{return JSON.parse(localStorage.getItem(this.prefix+t))}catch{return null}}set(t,e){this.memory.delete(t);try{
e===null?localStorage.removeItem(this.prefix+t):localStorage.setItem(this.prefix+t,JSON.stringify(e))}catch{this.memory.
set(t,e)}}names(t=""){let e=[...this.memory.keys()];try{e.push(...Object.keys(localStorage).filter(i=>i.startsWith(this.
prefix)).map(i=>i.slice(this.prefix.length)))}catch{}return[...new Set(e)].filter(i=>i.startsWith(t)&&this.get(i)!==null)}adopt(t){
let e=new s(t,null);if(!(this.prefix===e.prefix||this.get("returning")||!e.get("returning")))for(let i of e.names())this.
set(i,e.get(i)),e.set(i,null)}setMessages(t,e){this.set("shown",{messages:t.slice(-40),seq:e})}onChange(t){this.listeners.
push(t)}};var C=new Map;function N(s,t){return new Promise(e=>{try{let i=indexedDB.open("prosa-chat",1);i.onupgradeneeded=()=>i.result.
createObjectStore("files"),i.onerror=()=>e(void 0),i.onsuccess=()=>{let n=t(i.result.transaction("files",s).objectStore(
"files"));n.onsuccess=()=>(e(n.result),i.result.close()),n.onerror=()=>(e(void 0),i.result.close())}}catch{e(void 0)}})}
function q(s,t){return C.set(s,t),N("readwrite",e=>e.put(t,s))}async function E(s){return C.get(s)??await N("readonly",t=>t.
get(s))}function G(s){return C.delete(s),N("readwrite",t=>t.delete(s))}var ht=/\bhttps?:\/\/[^\s<>"'`{}|\\^]+/giu,dt=/[.,;:!?…)\]]+$/u;function H(s){let t=[],e=0;for(let i of s.matchAll(ht)){
let n=pt(i[0]),o=ut(n);o&&(t.push(s.slice(e,i.index),a("a",{href:o.href,target:"_blank",rel:"noopener noreferrer nofollo\
w ugc"},n)),e=i.index+n.length)}return[...t,s.slice(e)]}function pt(s){let t=s.replace(dt,""),e=(t.match(/\(/gu)??[]).length,
i=(t.match(/\)/gu)??[]).length;return e>i&&s[t.length]===")"?`${t})`:t}function ut(s){try{let t=new URL(s);return t.protocol===
"http:"||t.protocol==="https:"?t:null}catch{return null}}function F({is_ours:s,author:t,text:e,files:i,choices:n,is_gone:o,at:l,state:r,problem:h,is_edited:c},d){let p=[s,t,e,i,
n,o,d.isFirst,d.isAnswered];return[JSON.stringify(p),JSON.stringify([Math.floor(l/6e4),r,h,c,d.isLastSeen])]}function V(s,t,e){
let i=s.author??e.title,n=a("div",{role:"group"},s.is_ours&&t.isFirst?a("span",{class:"author","aria-hidden":"true"},a("\
bdi",{},i)):null,s.files.map(o=>wt(o,e)),s.is_gone?a("p",{class:"bubble gone"},e.say("gone")):null,s.text?a("p",{class:`\
bubble${gt(s.text)?" emoji":""}`,dir:"auto"},H(s.text)):null,s.choices?bt(s,t,e):null,a("span"));return z(n,s,t,e),n}function z(s,t,e,i){
let n=new Intl.DateTimeFormat(i.language,{hour:"2-digit",minute:"2-digit"}).format(t.at),o=t.is_ours?t.author??i.title:i.
say("you");s.className=["row",t.is_ours?"ours":"theirs",e.isFirst&&"first",t.state].filter(Boolean).join(" "),s.setAttribute(
"aria-label",i.say("wrote",{who:o,time:n})),s.lastChild.replaceWith(mt(t,e,n,i))}var ft=new RegExp("^(?:\\p{Extended_Pict\
ographic}|\\p{Emoji_Modifier}|\\u200d|\\ufe0f|\\s){1,12}$","u"),gt=s=>ft.test(s)&&new RegExp("\\p{Extended_Pictographic}",
"u").test(s);function mt(s,t,e,{say:i,queue:n}){let o=a("time",{datetime:new Date(s.at).toISOString()},e),l=s.is_edited?
`${i("edited")} · `:null;if(s.is_ours)return a("span",{class:"foot","aria-live":"off"},l,o);if(s.state==="failed"){let c={
forbidden_file:"bad_type",too_large:"too_large"}[s.problem];return a("span",{class:"foot",role:"alert"},f("alert"),` ${i(
c||"failed")} `,c?null:a("button",{type:"button",class:"word",onclick:()=>n.retry(s.client_id)},i("retry")),a("button",{
type:"button",class:"word",onclick:()=>n.drop(s.client_id)},i("discard")))}let[r,h]=s.state==="waiting"?["clock",i("wait\
ing")]:t.isLastSeen?["checks",i("seen")]:["check",i("sent")];return a("span",{class:"foot","aria-live":"off"},l,o,a("spa\
n",{class:"tick",title:h},f(r),a("span",{class:"unseen"},h)))}function bt(s,t,e){let i=s.choices,n=i.buttons??(i.sections??
[]).flatMap(r=>r.rows.map(h=>({...h,section:r.title})));if(!n.length)return null;let o=null,l=n.flatMap(r=>{let h=r.section&&
r.section!==o?a("span",{class:"section"},r.section):null;o=r.section;let c=a("button",{type:"button",class:"choice",disabled:t.
isAnswered,onclick:()=>e.answer(s,r)},a("bdi",{},r.title),r.description?a("small",{},r.description):null);return[h,c]});
return a("div",{class:`choices${i.buttons?"":" rows"}`,role:"group","aria-label":e.say("choose")},l)}var xt=/^image\/(jpeg|png|gif|webp)$/u;
function wt(s,t){let e=s.is_voice||s.mime?.startsWith("audio/");return xt.test(s.mime??"")?vt(s,t):e?yt(s,t):m(s,t)}async function P(s,{
api:t,addresses:e}){let i=s.sha256??s.local;if(!e.has(i)){let n=s.local?E(s.local):t.file(s.sha256);e.set(i,Promise.resolve(
n).then(o=>URL.createObjectURL(new Blob([o],{type:s.mime})))),e.get(i).catch(()=>e.delete(i))}return e.get(i)}function vt(s,t){
let e=a("img",{alt:s.filename||t.say("image")}),i=a("a",{class:"picture",target:"_blank",rel:"noopener"},e);return e.onerror=
()=>i.replaceWith(m(s,t)),e.onload=()=>t.grew(),P(s,t).then(n=>(e.src=n,i.href=n),()=>i.replaceWith(m(s,t))),i}function yt(s,t){
let e=a("audio",{controls:!0,preload:"none","aria-label":t.say("voice")});return e.onerror=()=>e.replaceWith(m(s,t)),P(s,
t).then(i=>e.src=i,()=>e.replaceWith(m(s,t))),e}function m(s,t){let e=s.filename||t.say("voice"),i=async()=>{a("a",{href:await P(
s,t),download:e}).click()};return a("button",{type:"button",class:"chip","aria-label":t.say("download",{name:e}),onclick:()=>i().
catch(()=>{})},f("file"),a("span",{},a("bdi",{},e),a("small",{},kt(s.size,t.language))))}function kt(s,t){let e=s>=1048576,
i=e?s/1048576:Math.max(1,s/1024);return`${new Intl.NumberFormat(t,{maximumFractionDigits:e?1:0}).format(i)} ${e?"MB":"KB"}`}var _t=80,St=5*6e4,M=class{constructor(t){this.house=t,this.nodes=new Map,this.typing=a("div",{class:"typing",hidden:!0},
a("span",{class:"dots","aria-hidden":"true"},a("i"),a("i"),a("i")),a("span",{class:"hint"})),this.list=a("div",{class:"l\
ist"}),this.root=a("div",{class:"log",role:"log","aria-live":"polite","aria-relevant":"additions","aria-label":t.say("lo\
g"),tabindex:"0"},this.list,this.typing)}paint(t,e,i){let n=this.isNearEnd(),o=new Set(t.map(c=>c.reply_to).concat(e.map(
c=>c.reply?.message_id)).filter(Boolean)),l=t.filter(c=>!c.is_ours&&c.at<=(i??0)).at(-1)?.id,r=[],h=null;for(let c of[...t,
...e.map(Et)].sort((d,p)=>(d.state?1:0)-(p.state?1:0)||d.at-p.at)){(!h||$(h.at)!==$(c.at))&&r.push(this.node(`day:${$(c.
at)}`,[""],()=>this.day(c.at)));let p={isFirst:!h||h.is_ours!==c.is_ours||c.at-h.at>St||h.author!==c.author,isLastSeen:c.
id===l,isAnswered:o.has(c.ref)||o.has(c.id)};r.push(this.node(c.client_id||c.id,F(c,p),()=>V(c,p,this.house),x=>z(x,c,p,
this.house))),h=c}R(this.list,r.length?r:[this.node("hello",[""],()=>a("p",{class:"hello"},this.house.say("hello")))]),n&&
this.toEnd()}showTyping(){this.typing.lastChild.textContent=this.house.say("typing");let t=this.isNearEnd();this.typing.
hidden=!1,t&&this.toEnd(),clearTimeout(this.timer),this.timer=setTimeout(()=>this.hideTyping(),6e3)}hideTyping(){this.typing.
hidden=!0}toEnd(){this.root.scrollTop=this.root.scrollHeight}isNearEnd(){return this.root.scrollHeight-this.root.scrollTop-
this.root.clientHeight<_t}node(t,[e,i],n,o){let l=this.nodes.get(t),r=l?.body===e?l.node:n();return r===l?.node&&l.rest!==
i&&o(r),this.nodes.set(t,{body:e,rest:i,node:r}),r}day(t){let e=Math.round((new Date(new Date().toDateString())-new Date(
new Date(t).toDateString()))/864e5),n=(e===0?this.house.say("today"):e===1?this.house.say("yesterday"):null)??new Intl.DateTimeFormat(
this.house.language,{weekday:"long",day:"numeric",month:"long"}).format(t);return a("div",{class:"day",role:"separator"},
a("span",{},n))}},$=s=>new Date(s).toDateString();function Et(s){let{client_id:t,at:e,text:i,reply:n,file:o,state:l,problem:r}=s;
return{id:t,client_id:t,is_ours:!1,author:null,kind:"text",text:n?.title??i??null,at:e,files:o?[{...o,local:t}]:[],choices:null,
is_gone:!1,is_edited:!1,state:l,problem:r}}var Mt=/^[^@\s]+@[^@\s]+\.[^@\s]+$/u;function U({say:s,settings:t},e){let{fields:i,consent:n}=t,o=i.map(p=>Tt(p,s)),l=n&&
a("input",{type:"checkbox",name:"consent"}),r=n&&Y("consent",a("label",{class:"agree"},l,a("span",{},n.text)),l),h=a("p",
{class:"problem",role:"alert"}),c=a("button",{type:"submit",class:"main"},s("begin")),d=a("form",{class:"prechat",novalidate:!0},
a("p",{class:"hello"},s("hello")),o.map(p=>p.root),r?.root,h,c);return d.addEventListener("submit",async p=>{p.preventDefault(),
h.textContent="";let x=[...o.map(g=>g.check(Ot(g.input,s))),r?.check(l.checked?"":s("must_agree"))].filter(Boolean);if(x.
length)return x[0].focus();c.disabled=!0;let it=Object.fromEntries(o.map(({input:g})=>[g.name,g.value.trim()]));try{await e(
{...it,...n&&{consent_version:n.version}})}catch{h.textContent=s("trouble"),c.disabled=!1}}),{root:d,focus:()=>d.querySelector(
"input").focus()}}function Tt(s,t){let e=a("input",{name:s,type:s==="email"?"email":"text",autocomplete:s,maxlength:"200",
"aria-required":"true",dir:"auto"});return{...Y(s,a("label",{},a("span",{},t(s)),e),e),input:e}}function Y(s,t,e){let i=a(
"span",{class:"wrong",id:`prosa-${s}-wrong`});return{root:a("div",{class:"field"},t,i),check(n){return i.textContent=n,e.
setAttribute("aria-invalid",String(n!=="")),n?e.setAttribute("aria-describedby",i.id):e.removeAttribute("aria-describedb\
y"),n?e:null}}}function Ot(s,t){let e=s.value.trim();return e?s.name==="email"&&!Mt.test(e)?t("bad_email"):"":t("needed")}var At=3e4,Lt=1e4,T="waiting:";function Dt(){let s=crypto.getRandomValues(new Uint8Array(15));return btoa(String.fromCharCode(
...s)).replaceAll("+","-").replaceAll("/","_")}var O=class{constructor(t,e,i){Object.assign(this,{api:t,keep:e,changed:i,
isSending:!1,fails:0}),addEventListener("online",()=>this.flush()),e.onChange(()=>this.changed())}get items(){return this.
keep.names(T).map(t=>this.keep.get(t)).sort((t,e)=>t.at-e.at)}async add(t,e,i=!1){let n={client_id:Dt(),at:Date.now(),state:"\
waiting",...t};return e&&(n.file={filename:e.name,mime:e.type,size:e.size,is_voice:i},await q(n.client_id,e)),this.put(n),
this.flush(),n}settle(t){let e=this.items.filter(i=>t.has(i.client_id));for(let{client_id:i,file:n}of e)n&&G(i),this.keep.
set(T+i,null);e.length&&this.changed()}retry(t){this.update(t,{state:"waiting",problem:null}),this.flush()}drop(t){this.
settle(new Set([t]))}async flush(){if(!this.isSending){this.isSending=!0,clearTimeout(this.timer);try{for(let t;t=this.items.
find(e=>this.isDue(e));)await this.send(t);this.fails=0}catch(t){this.fails+=1;let e=Math.max(t.retryAfter??0,Math.min(At/
1e3,2**this.fails)*(.5+Math.random()/2));this.timer=setTimeout(()=>this.flush(),e*1e3)}this.isSending=!1}}isDue(t){return t.
state==="waiting"||t.state==="sent"&&Date.now()-t.sent_at>Lt*6}async send(t){try{let e=t.file?await this.upload(t):void 0,
{client_id:i,text:n,reply:o,page:l,greeting:r}=t;await this.api.call("POST","messages",{client_id:i,text:n,reply:o,page:l,
greeting:r,ticket:e}),this.update(t.client_id,{state:"sent",sent_at:Date.now()})}catch(e){if(e.isPassing)throw e;this.update(
t.client_id,{state:"failed",problem:e.code||"trouble"})}}async upload(t){if(t.ticket)return t.ticket;let e=await E(t.client_id);
if(!e)throw Object.assign(new Error("gone"),{code:"gone"});let i=new FormData;i.append("is_voice",t.file.is_voice?"1":"0"),
i.append("file",e,t.file.filename);let n=await this.api.call("POST","files",i);return this.update(t.client_id,{ticket:n.
ticket}),n.ticket}update(t,e){let i=this.keep.get(T+t);i&&this.put({...i,...e})}put(t){this.keep.set(T+t.client_id,t),this.
changed()}};var A=class{constructor(t,e){Object.assign(this,{api:t,keep:e,telling:{read:0,delivered:0},timers:{}})}shown(t,e){let i=t.
filter(r=>r.is_ours&&r.seq),n=Math.max(0,...i.map(r=>r.seq)),[o,l]=["read","delivered"].map(r=>Math.max(this.telling[r],
this.keep.get(r)??0));return e&&n>o?this.tell("read",n):n>Math.max(l,o)&&this.tell("delivered",n),e?0:i.filter(r=>r.seq>
o).length}tell(t,e){this.telling[t]=e,clearTimeout(this.timers[t]),this.timers[t]=setTimeout(async()=>{try{await this.api.
call("POST","read",{seq:e,status:t}),this.keep.set(t,e)}catch{this.telling[t]=0}},400)}};var L=class{constructor(t,e,i){Object.assign(this,{api:t,after:e,on:i,socket:null,fails:0,neverOpened:0,isRunning:!1,wake:null}),
addEventListener("online",()=>this.hurry()),addEventListener("offline",()=>this.on.state(!1)),document.addEventListener(
"visibilitychange",()=>document.visibilityState==="visible"&&this.check()),addEventListener("pageshow",n=>n.persisted&&this.
check())}async start(){if(!this.isRunning)for(this.isRunning=!0;this.isRunning;){try{this.neverOpened<2&&"WebSocket"in globalThis?
await this.listen():await this.poll()}catch(t){(t.status===403||t.status===404)&&(this.isRunning=!1),this.fails+=1,this.
on.state(!1)}this.isRunning&&this.fails&&await this.rest()}}stop(){this.isRunning=!1,this.socket?.close(),this.abort?.abort(),
this.hurry()}typing(){this.socket?.readyState===1?this.socket.send('{"type":"typing"}'):this.api.call("POST","typing").catch(
()=>{})}async listen(){let[t,e]=await this.api.stream(this.after());await new Promise((i,n)=>{let o=this.socket=new WebSocket(
t,e),l=!1;o.onmessage=({data:r})=>{l=!0,this.neverOpened=this.fails=0,this.heard=Date.now(),this.on.state(!0),this.on.told(
JSON.parse(r))},o.onclose=({code:r})=>{this.socket=null,r===4401?this.api.visit=null:!l&&navigator.onLine!==!1&&(this.neverOpened+=
1),n(Object.assign(new Error("closed"),{status:r===4403?403:0}))}})}async poll(){this.abort=new AbortController;let t=this.
after(),e=await this.api.call("GET",`messages${t?`?after=${t}`:""}`,void 0,{signal:this.abort.signal});this.fails=0,this.
on.state(!0),this.on.told(e)}rest(){let t=Math.min(3e4,500*2**Math.min(this.fails,7))*(.5+Math.random()/2);return new Promise(
e=>{this.wake=e,setTimeout(e,t)})}hurry(){this.wake?.()}check(){this.hurry(),this.socket&&Date.now()-(this.heard??0)>45e3&&
this.socket.close()}};var D=["en","pt","es","ar"],Ct={open:["Open chat","Abrir o chat","Abrir el chat","افتح المحادثة"],close:["Cl\
ose chat","Fechar o chat","Cerrar el chat","أغلق المحادثة"],unread:["{n} unread","{n} não lidas","{n} sin l\
eer","{n} غير مقروءة"],log:["Conversation","Conversa","Conversación","المحادثة"],hello:["Hi! How can w\
e help?","Olá! Como podemos ajudar?","¡Hola! ¿En qué podemos ayudarte?","مرحبًا! كيف يمكننا مساعدتك؟"],
write:["Write a message","Escreva uma mensagem","Escribe un mensaje","اكتب رسالة"],send:["Send","Enviar","Envia\
r","أرسل"],attach:["Attach a file","Anexar um arquivo","Adjuntar un archivo","أرفق ملفًا"],record:["Record \
a voice message","Gravar uma mensagem de voz","Grabar un mensaje de voz","سجّل رسالة صوتية"],recording:["R\
ecording","Gravando","Grabando","جارٍ التسجيل"],discard:["Discard","Descartar","Descartar","تجاهل"],no_mic:[
"The microphone is not available","O microfone não está disponível","El micrófono no está disponible","الميكروفون غ\
ير متاح"],voice:["Voice message","Mensagem de voz","Mensaje de voz","رسالة صوتية"],image:["Image","Image\
m","Imagen","صورة"],download:["Download {name}","Baixar {name}","Descargar {name}","نزّل {name}"],you:["You","Vo\
cê","Tú","أنت"],wrote:["{who}, {time}","{who}, {time}","{who}، {time}","{who}، {time}"],today:["Today","Hoje","Ho\
y","اليوم"],yesterday:["Yesterday","Ontem","Ayer","أمس"],typing:["is typing…","está digitando…","está escri\
biendo…","يكتب الآن…"],connecting:["Connecting…","Conectando…","Conectando…","جارٍ الاتصال…"],
offline:["You are offline. What you write is sent when you are back.","Você está sem conexão. O que escrever será enviad\
o quando ela voltar.","No tienes conexión. Lo que escribas se enviará cuando vuelva.","أنت غير متصل. سيُرسل ما تكتبه ع\
ند عودة الاتصال."],waiting:["Waiting to be sent","Aguardando envio","Esperando para enviarse","بانتظار الإر\
سال"],sent:["Sent","Enviada","Enviado","أُرسلت"],seen:["Seen","Vista","Visto","شوهدت"],failed:["Not sent",
"Não enviada","No enviado","لم تُرسل"],retry:["Try again","Tentar de novo","Reintentar","أعد المحاولة"],
gone:["This message was deleted","Esta mensagem foi apagada","Este mensaje fue eliminado","حُذفت هذه الرسالة"],
edited:["edited","editada","editado","معدّلة"],choose:["Choose an answer","Escolha uma resposta","Elige una respue\
sta","اختر إجابة"],name:["Your name","Seu nome","Tu nombre","اسمك"],email:["Your e-mail","Seu e-mail","Tu c\
orreo","بريدك الإلكتروني"],agree:["I agree","Concordo","Acepto","أوافق"],begin:["Start the chat","In\
iciar a conversa","Iniciar el chat","ابدأ المحادثة"],needed:["Please fill this in","Preencha este campo","Co\
mpleta este campo","يرجى ملء هذا الحقل"],bad_email:["This is not an e-mail address","Este e-mail não é vá\
lido","Este correo no es válido","هذا ليس بريدًا إلكترونيًا"],must_agree:["Please agree before we\
 begin","Aceite antes de começarmos","Acepta antes de empezar","يرجى الموافقة قبل أن نبدأ"],too_long:[
"{n} characters too many","{n} caracteres a mais","Sobran {n} caracteres","{n} حرفًا زائدًا"],too_large:["The\
 file is too large","O arquivo é grande demais","El archivo es demasiado grande","الملف كبير جدًا"],bad_type:[
"Files of this type cannot be sent here","Arquivos deste tipo não podem ser enviados aqui","Aquí no se pueden enviar ar\
chivos de este tipo","لا يمكن إرسال هذا النوع من الملفات هنا"],trouble:["Something went w\
rong. Try again in a moment.","Algo deu errado. Tente de novo em instantes.","Algo salió mal. Inténtalo de nuevo en un m\
omento.","حدث خطأ ما. أعد المحاولة بعد قليل."],dismiss:["Dismiss","Dispensar","Descartar","إخف\
اء"]};function J(s,t=D){return s.map(i=>String(i??"").slice(0,2).toLowerCase()).find(i=>t.includes(i)&&D.includes(i))??
t.find(i=>D.includes(i))??"en"}function K(s){let t=Math.max(0,D.indexOf(s));return(e,i={})=>Ct[e][t].replace(/\{(\w+)\}/gu,
(n,o)=>i[o]??"")}var X=s=>s==="ar";var Q=()=>matchMedia("(max-width: 480px), (max-height: 420px)").matches;function Z(s,t,e){let i=/^#[0-9a-f]{6}$/iu.test(
t.colour??"")?t.colour:e;i&&(s.style.setProperty("--brand",i),s.style.setProperty("--on-brand",Nt(i)?"#16181d":"#ffffff")),
s.classList.add(["light","dark"].includes(t.theme)?t.theme:"auto");let n=()=>s.style.setProperty("--visible",`${visualViewport.
height}px`);globalThis.visualViewport?.addEventListener("resize",n),globalThis.visualViewport&&n()}function Nt(s){let[t,
e,i]=[1,3,5].map(n=>{let o=parseInt(s.slice(n,n+2),16)/255;return o<=.04045?o/12.92:((o+.055)/1.055)**2.4});return .2126*
t+.7152*e+.0722*i>.36}var zt=1500,b=class{constructor(t){this.options=t,this.keep=new S(t.connection,t.user?.id),t.user&&this.keep.adopt(t.connection),
this.api=new v(t.base,t.connection,this.keep,t.user);let e=this.keep.get("shown")??{messages:[],seq:0};this.messages=new Map(
e.messages.map(i=>[i.id,i])),this.position=e.seq,this.seenAt=null,this.isOpen=!1}async mount(){try{this.config=await this.
api.config()}catch(t){t.isPassing?setTimeout(()=>this.mount(),15e3):console.warn(`Prosa chat: ${t.message}`);return}this.
isGone||(this.build(),this.keep.get("returning")?this.connect():this.greeter.start())}unmount(){this.isGone=!0,this.stream?.
stop(),this.host?.remove()}build(){this.language=J([this.options.language,document.documentElement.lang,...navigator.languages],
this.config.languages),this.say=K(this.language),this.title=this.config.title,this.addresses=new Map,this.queue=new O(this.
api,this.keep,()=>this.paint()),this.receipts=new A(this.api,this.keep),this.greeter=new _(this.config.greetings,this.keep,
t=>this.greet(t)),this.log=new M(this),this.composer=new k({say:this.say,limits:this.config.limits,draft:this.keep.get("\
draft")},this.hears()),this.stream=new L(this.api,()=>this.position,{told:t=>this.told(t),state:t=>this.showState(t)}),this.
furnish(),document.addEventListener("visibilitychange",()=>this.paint()),this.paint()}furnish(){let{say:t}=this;this.badge=
a("span",{class:"badge",hidden:!0}),this.launcher=a("button",{type:"button",class:"launcher","aria-expanded":"false","ar\
ia-haspopup":"dialog",onclick:()=>this.toggle()},f("chat"),f("down"),this.badge),this.teaser=a("div",{class:"teaser",hidden:!0}),
this.state=a("p",{class:"state",role:"status"}),this.body=a("div",{class:"body"});let e=a("h2",{id:"prosa-title"},a("bdi",
{},this.title));this.panel=a("section",{class:"panel",role:"dialog","aria-labelledby":"prosa-title",tabindex:"-1",hidden:!0},
a("header",{},a("span",{class:"face","aria-hidden":"true"},[...this.title][0]),e,u("close",t("close"),()=>this.close())),
this.state,this.body);let i=X(this.language),n=this.options.position??(i?"left":"right");this.root=a("div",{class:`root ${n}`,
dir:i?"rtl":"ltr",lang:this.language},this.panel,this.teaser,this.launcher),this.root.addEventListener("keydown",r=>this.
key(r)),this.composer.takesDrops(this.panel),this.host=document.createElement("prosa-chat");let o=new CSSStyleSheet;o.replaceSync(
W);let l=this.host.attachShadow({mode:"open"});l.adoptedStyleSheets=[o],l.append(this.root),Z(this.root,this.options,this.
config.colour),document.documentElement.append(this.host)}hears(){return{send:t=>this.write({text:t}),file:(t,e)=>this.write(
{},t,e),typing:()=>this.stream.typing(),draft:t=>this.keep.set("draft",t||null)}}connect(){this.stream.isRunning||(this.
stream.start(),this.queue.flush())}toggle(){this.isOpen?this.close():this.open()}open(){this.isOpen=!0,this.panel.hidden=
!1,this.teaser.hidden=!0,this.greeter.stop(),this.root.classList.add("open"),this.launcher.setAttribute("aria-expanded",
"true"),this.fill(),this.paint(),this.log.toEnd(),this.focus()}close(){this.isOpen&&(this.isOpen=!1,this.panel.hidden=!0,
this.root.classList.remove("open"),this.launcher.setAttribute("aria-expanded","false"),this.paint(),this.launcher.focus())}fill(){
let t=this.config.prechat,e=t&&(t.consent?.version??"filled");if(t&&this.keep.get("agreed")!==e){this.form=U({say:this.say,
settings:t},async i=>{await this.api.begin(i),this.keep.set("agreed",e),this.fill(),this.focus()}),this.body.replaceChildren(
this.form.root);return}this.form=null,this.log.root.isConnected||this.body.replaceChildren(this.log.root,this.composer.root),
this.connect(),this.log.toEnd(),this.composer.look()}focus(){this.form?this.form.focus():matchMedia("(pointer: coarse)").
matches?this.panel.focus():this.composer.field.focus()}key(t){t.key==="Escape"&&this.isOpen&&(t.stopPropagation(),this.close()),
t.key==="Tab"&&this.isOpen&&Q()&&this.stayInside(t)}stayInside(t){let e=[...this.panel.querySelectorAll("button:not(:dis\
abled), textarea, input:not([hidden]), a[href], [tabindex='0']")].filter(l=>l.offsetParent!==null),i=this.host.shadowRoot.
activeElement,[n,o]=t.shiftKey?[e[0],e.at(-1)]:[e.at(-1),e[0]];i!==n&&e.includes(i)||(t.preventDefault(),o?.focus())}async write(t,e,i){
let n={url:location.href.split("#")[0].slice(0,1e3),title:document.title.slice(0,200)},o=this.messages.size?void 0:this.
keep.get("greeting")?.text;await this.queue.add({...t,page:n,greeting:o},e,i),this.log.toEnd()}answer(t,e){this.write({reply:{
id:e.id,title:e.title,message_id:t.id}}),this.composer.field.focus()}told(t){if(t.type==="typing")return this.log.showTyping();
if(t.type==="batch"){t.is_all&&this.messages.clear();for(let e of t.messages)this.messages.set(e.id,e);t.messages.some(e=>e.
is_ours)&&this.log.hideTyping(),this.position=t.is_all?t.seq:Math.max(this.position,t.seq),this.seenAt=t.seen_at??this.seenAt,
this.keep.setMessages(this.sorted(),this.position),this.queue.settle(new Set(t.messages.map(e=>e.client_id).filter(Boolean))),
this.paint()}}sorted(){return[...this.messages.values()].sort((t,e)=>t.at-e.at||(t.id<e.id?-1:1))}paint(){if(!this.root)
return;let t=this.sorted(),e=this.keep.get("greeting"),i=e&&!t.some(r=>r.at<e.at)?[{id:"greeting",is_ours:!0,author:null,
kind:"text",files:[],seq:0,...e}]:[],n=new Set(t.map(r=>r.client_id));this.log.paint([...i,...t],this.queue.items.filter(
r=>!n.has(r.client_id)),this.seenAt);let o=this.receipts.shown(t,this.isOpen&&!this.form&&document.visibilityState==="vi\
sible");this.badge.hidden=o===0,this.badge.textContent=o>99?"99+":o;let l=this.say(this.isOpen?"close":"open");this.launcher.
setAttribute("aria-label",o?`${l}, ${this.say("unread",{n:o})}`:l)}grew(){(this.log.isNearEnd()||this.log.root.scrollHeight-
this.log.root.scrollTop<2*this.log.root.clientHeight)&&this.log.toEnd()}showState(t){clearTimeout(this.unsure),t?this.state.
textContent="":this.unsure=setTimeout(()=>this.state.textContent=this.say(navigator.onLine===!1?"offline":"connecting"),
navigator.onLine===!1?0:zt)}greet(t){if(this.isOpen||this.messages.size)return;this.keep.set("greeting",{text:t,at:Date.
now()});let e=u("close",this.say("dismiss"),()=>this.teaser.hidden=!0);this.teaser.replaceChildren(a("button",{type:"but\
ton",class:"says",dir:"auto",onclick:()=>this.open()},t),e),this.teaser.hidden=!1,this.paint()}};var I=document.currentScript;function tt(s,t){let{connection:e,colour:i,language:n,position:o,theme:l}=s;return{base:new URL(
".",I.src).href.replace(/\/$/u,""),connection:e,colour:i,language:n,position:o,theme:l,user:t}}function et(){let s=I.dataset,
e=s.userId&&s.userProof?{id:s.userId,proof:s.userProof,email:s.userEmail??"",phone:s.userPhone??""}:null,i=new b(tt(s,e));
globalThis.ProsaChat=Object.freeze({open:()=>i.panel&&i.open(),close:()=>i.panel&&i.close(),identify(n){i.unmount(),i=new b(
tt(s,n?{email:"",phone:"",...n}:null)),i.mount()}}),i.mount()}I&&!globalThis.ProsaChat&&(document.readyState==="loading"?
document.addEventListener("DOMContentLoaded",et,{once:!0}):et());})();
