(()=>{var v=class extends Error{constructor(t,e={},i=0){super(e.message??"no answer"),Object.assign(this,{status:t,code:e.code??
"",facts:e.facts??{},retryAfter:i})}get isPassing(){return this.status===0||this.status===429||this.status>=500}},k=class{constructor(t,e,i,o){
Object.assign(this,{base:`${t}/${encodeURIComponent(e)}`,keep:i,user:o}),this.visit=null}config(t=!1){return this.ask("G\
ET","config",void 0,t?{cache:"reload"}:{})}isThere(){return fetch(this.base.replace(/\/[^/]*$/u,"/prosa-chat.js"),{credentials:"\
omit",cache:"no-cache"}).then(({ok:t})=>t,()=>!1)}async token(){return(!this.visit||this.visit.until<Date.now()+6e4)&&await this.
begin(),this.visit.token}begin(t){let e=this.beginning??Promise.resolve();return this.beginning&&!t?e:(this.beginning=e.
catch(()=>{}).then(()=>this.session(t)).finally(()=>this.beginning=null),this.beginning)}async session(t){let e=this.keep.
get("returning"),i=await this.ask("POST","session",{returning:e,user:this.user??null,prechat:t??null});return this.visit=
{...i,until:Date.now()+i.expires_in_s*1e3},this.keep.set("returning",i.returning),this.visit}async call(t,e,i,o={}){for(let r=!1;;r=
!0){let l=await this.token();try{return await this.ask(t,e,i,{...o,token:l})}catch(n){if(n.status!==401||r)throw n;this.
visit=null}}}file(t){return this.call("GET",`files/${t}`,void 0,{as:"blob"})}async ask(t,e,i,{token:o,as:r="json",signal:l,
cache:n}={}){let c=i instanceof FormData,h={...o&&{Authorization:`Bearer ${o}`},...i&&!c&&{"Content-Type":"application/j\
son"}},d={method:t,headers:h,signal:l,...n&&{cache:n},body:c?i:i&&JSON.stringify(i),credentials:"omit",referrerPolicy:"n\
o-referrer"},p;try{p=await fetch(`${this.base}/${e}`,d)}catch(u){throw u.name==="AbortError"?u:new v(0)}if(!p.ok)throw await ut(
p);return p.status===204?null:p[r]()}async stream(t){let e=t?`?after=${t}`:"";return[`${this.base.replace(/^http/u,"ws")}\
/stream${e}`,["prosa.chat",await this.token()]]}};async function ut(s){let t=await s.json().catch(()=>({}));return new v(
s.status,t.error,Number(s.headers.get("retry-after"))||0)}var U="http://www.w3.org/2000/svg";function a(s,t={},...e){let i=document.createElement(s);for(let[o,r]of Object.entries(
t))o.startsWith("on")?i.addEventListener(o.slice(2),r):r===!0?i.setAttribute(o,""):r!==!1&&r!=null&&i.setAttribute(o,r);
return i.append(...e.flat().filter(o=>o!=null&&o!=="")),i}var ft={chat:["M4.8 18.2A8.6 8.6 0 1 1 8 20.3L3.6 21.4z","M8.4\
 12h.01M12 12h.01M15.6 12h.01"],close:["M6 6l12 12M18 6L6 18"],down:["M6 9.5l6 6 6-6"],send:["M5 12h13M12.5 6l6 6-6 6"],
clip:["M20 11.5l-8.2 8.1a5 5 0 0 1-7.1-7.1l8.5-8.4a3.3 3.3 0 0 1 4.7 4.7l-8.4 8.4a1.7 1.7 0 0 1-2.4-2.4l7.6-7.5"],mic:["\
M12 3.5a2.8 2.8 0 0 1 2.8 2.8v5.2a2.8 2.8 0 0 1-5.6 0V6.3A2.8 2.8 0 0 1 12 3.5z","M5.8 11a6.2 6.2 0 0 0 12.4 0M12 17.4v3\
.1"],file:["M13.5 3.5h-6a2 2 0 0 0-2 2v13a2 2 0 0 0 2 2h9a2 2 0 0 0 2-2v-10z","M13.5 3.5v5h5"],bin:["M5 7h14M10 11v5M14 \
11v5M7 7l.8 12h8.4L17 7M9.5 7V4.5h5V7"],clock:["M12 4.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15z","M12 8.2V12l2.6 1.8"],check:[
"M5.5 12.5l4 4 9-9.5"],checks:["M2.5 12.8l3.8 3.8 8.4-9M10.5 15.4l1.3 1.2 8.7-9"],reply:["M10 6L4.5 11.5 10 17M4.5 11.5H\
14a5.5 5.5 0 0 1 5.5 5.5v1"],smile:["M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16z","M8.6 13.8a4 4 0 0 0 6.8 0M9.3 9.8h.01M14.7 9\
.8h.01"],alert:["M12 4.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15z","M12 8.5v4.2M12 15.6h.01"]};function m(s){let t=document.
createElementNS(U,"svg");for(let[e,i]of Object.entries({viewBox:"0 0 24 24","aria-hidden":"true",class:`icon ${s}`}))t.setAttribute(
e,i);for(let e of ft[s]){let i=document.createElementNS(U,"path");i.setAttribute("d",e),t.append(i)}return t}function f(s,t,e,i={}){
return a("button",{type:"button",class:"tool","aria-label":t,title:t,onclick:e,...i},m(s))}function R(s,t){let e=s.firstChild,
i=new Set(t);for(let o of t){for(;e&&!i.has(e);){let r=e;e=e.nextSibling,r.remove()}e===o?e=e.nextSibling:s.insertBefore(
o,e)}for(;e;){let o=e;e=e.nextSibling,o.remove()}}var gt=450;function Y(s,t){let{say:e,emoji:i}=t,o={class:"tool",tabindex:"-1"},l=[f("reply",e("reply"),()=>t.quote(s.message),
o)];if(s.message.is_ours&&i.length){let c=f("smile",e("react"),()=>mt(s,n,c,t),{...o,"aria-expanded":"false"});l.push(c)}
let n=a("span",{class:"acts",role:"group","aria-live":"off"},l);return n}function mt(s,t,e,i){let o=[...t.children],r=xt(
s.message),l=()=>{if(o[0].isConnected)return;let h=t.contains(t.getRootNode().activeElement);t.classList.remove("wide"),
t.replaceChildren(...o),t.onkeydown=t.onfocusout=null,h&&e.focus()},n=h=>(l(),i.react(s.message,h===r?null:h)),c=i.emoji.
map(h=>a("button",{type:"button",class:"tool","aria-label":h===r?i.say("unreact",{emoji:h}):h,"aria-pressed":String(h===
r),onclick:()=>n(h)},h));t.onkeydown=h=>{let d=getComputedStyle(t).direction==="rtl",p={ArrowRight:d?-1:1,ArrowLeft:d?1:
-1}[h.key],u=c.indexOf(t.getRootNode().activeElement);if(p)c[(u+p+c.length)%c.length].focus();else if(h.key==="Escape")l();else
return;h.preventDefault(),h.stopPropagation()},t.onfocusout=({relatedTarget:h})=>t.contains(h)||l(),t.classList.add("wid\
e"),t.replaceChildren(...c),(c[i.emoji.indexOf(r)]??c[0]).focus()}var xt=s=>s.reactions?.find(t=>!t.is_ours)?.emoji;function K(s,t){
let e=t.title,i=(s.is_gone?[]:s.reactions??[]).map(({emoji:o,is_ours:r})=>r?a("span",{class:"sign"},a("span",{"aria-hidd\
en":"true"},o),a("span",{class:"unseen"},t.say("reacted",{who:e,emoji:o}))):a("button",{type:"button",class:"sign mine",
"aria-live":"off","aria-label":t.say("unreact",{emoji:o}),onclick:()=>t.react(s,null)},o));return a("span",{class:"signs"},
i)}function J(s,t){let e=s.is_ours?t.title:t.say("you");return a("blockquote",{class:"quote"},a("bdi",{class:"author"},e),
a("span",{dir:"auto"},z(s,t.say)))}function z({text:s,kind:t,is_gone:e},i){return e?i("gone"):s||i({image:"image",audio:"\
voice"}[t]??"file")}function Q(s,t){let e=()=>[...s.querySelectorAll(".row")],i=n=>n.closest?.(".row"),o,r=n=>e().forEach(
c=>c.classList.toggle("held",c===n));s.addEventListener("keydown",n=>{let c={ArrowUp:-1,ArrowDown:1}[n.key];if(!c||n.altKey||
n.ctrlKey||n.metaKey||n.target.closest("audio"))return;let h=e(),d=h.indexOf(i(n.target)),p=d<0?h.at(-1):h[d+c]??(c<0?t():
null);p&&(n.preventDefault(),p.focus())});let l=(n,c)=>i(n.target)?.querySelectorAll(".acts > .tool").forEach(h=>h.tabIndex=
c);s.addEventListener("focusin",n=>l(n,0)),s.addEventListener("focusout",n=>n.relatedTarget&&i(n.relatedTarget)===i(n.target)?
null:l(n,-1)),s.addEventListener("pointerdown",n=>{if(clearTimeout(o),n.pointerType==="mouse"||n.target.closest(".acts"))
return;let c=i(n.target);r(null),o=setTimeout(()=>r(c),gt)});for(let n of["pointerup","pointercancel"])s.addEventListener(
n,()=>clearTimeout(o))}var bt=["audio/ogg;codecs=opus","audio/webm;codecs=opus","audio/mp4"];var X=()=>bt.find(s=>globalThis.MediaRecorder?.isTypeSupported(s));async function _(s){let t=await navigator.mediaDevices.
getUserMedia({audio:!0}),e=X(),i=new MediaRecorder(t,{mimeType:e}),o=[],r=0,l=setInterval(()=>{s(r+=1),r>=300&&i.state===
"recording"&&i.stop()},1e3),n=new Promise(c=>i.onstop=c);return i.ondataavailable=({data:c})=>o.push(c),i.start(1e3),{async stop(){
i.state==="recording"&&i.stop(),await n,clearInterval(l);for(let h of t.getTracks())h.stop();let c=e.split(";")[0];return new File(
o,`voice.${c.split("/")[1]}`,{type:c})}}}_.isPossible=()=>!!(X()&&navigator.mediaDevices?.getUserMedia);var wt=3e3,E=class{constructor({say:t,limits:e,draft:i,title:o,quoted:r},l){Object.assign(this,{say:t,limits:e,on:l,title:o,
typedAt:0}),this.field=a("textarea",{rows:"1",placeholder:t("write"),"aria-label":t("write"),enterkeyhint:"send",dir:"au\
to",autocomplete:"off"}),this.field.value=i??"",this.picker=a("input",{type:"file",hidden:!0,tabindex:"-1",accept:yt(e.types)}),
this.problem=a("p",{class:"problem",role:"alert"}),this.quoting=a("div",{class:"quoting",hidden:!0}),this.attach=f("clip",
t("attach"),()=>this.picker.click()),this.mic=_.isPossible()?f("mic",t("record"),()=>this.speak()):null,this.button=f("s\
end",t("send"),()=>this.send(),{class:"tool go"}),this.bar=a("div",{class:"bar"},this.attach,this.field,this.mic,this.button),
this.root=a("div",{class:"composer"},this.problem,this.quoting,this.bar,this.picker),this.field.addEventListener("keydow\
n",n=>this.key(n)),this.field.addEventListener("input",()=>this.typed()),this.field.addEventListener("paste",n=>this.take(
n,n.clipboardData)),this.picker.addEventListener("change",()=>this.picked(this.picker.files)),this.quote(r??null),this.look()}quote(t){
if(this.quoted=t&&{id:t.id,is_ours:t.is_ours,kind:t.kind,text:t.text?.slice(0,200)??null,is_gone:!1},this.on.quoting(this.
quoted),this.quoting.hidden=!this.quoted,!this.quoted)return this.quoting.replaceChildren();let e=this.say("quoted",{who:t.
is_ours?this.title:this.say("yourself")}),i=a("span",{role:"status"},a("bdi",{class:"author"},e),a("span",{dir:"auto"},z(
this.quoted,this.say)));this.quoting.replaceChildren(m("reply"),i,f("close",this.say("unquote"),()=>(this.quote(null),this.
field.focus())))}takeQuote(){let t=this.quoted;return this.quote(null),t}takesDrops(t){t.addEventListener("dragover",e=>e.
preventDefault()),t.addEventListener("drop",e=>(e.preventDefault(),this.take(e,e.dataTransfer)))}complain(t){this.problem.
textContent=t}key(t){if(t.key==="Escape"&&this.quoted)return t.stopPropagation(),this.quote(null);t.key!=="Enter"||t.shiftKey||
t.isComposing||t.keyCode===229||(t.preventDefault(),this.send())}typed(){this.look(),this.on.draft(this.field.value);let t=Date.
now();this.field.value&&t-this.typedAt>wt&&(this.typedAt=t,this.on.typing())}look(){let t=this.field.value.length-this.limits.
text;this.complain(t>0?this.say("too_long",{n:t}):""),this.root.classList.toggle("filled",this.field.value.trim()!==""),
this.button.disabled=t>0||this.field.value.trim()==="",this.field.style.setProperty("height","auto"),this.field.style.setProperty(
"height",`${Math.min(this.field.scrollHeight,128)}px`)}send(){if(this.button.disabled)return;let t=this.field.value;this.
field.value="",this.typedAt=0,this.typed(),this.on.send(t.trim()),this.field.focus()}take(t,e){e?.files?.length&&(t.preventDefault(),
this.picked(e.files))}picked(t){for(let e of t)e.size>this.limits.file?this.complain(this.say("too_large")):e.size&&this.
on.file(e,!1);this.picker.value="",this.field.focus()}async speak(){this.complain("");let t=a("span",{class:"elapsed",role:"\
timer"},"0:00"),e;try{e=await _(r=>t.textContent=`${Math.floor(r/60)}:${String(r%60).padStart(2,"0")}`)}catch{this.complain(
this.say("no_mic"));return}let i=async r=>{let l=await e.stop();o.replaceWith(this.bar),this.field.focus(),r&&l.size&&this.
on.file(l,!0)},o=a("div",{class:"bar speaking",onkeydown:r=>r.key==="Escape"&&(r.stopPropagation(),i(!1))},f("bin",this.
say("discard"),()=>i(!1)),a("span",{class:"live"},a("i",{class:"pulse"}),a("span",{role:"status"},this.say("recording")),
t),f("send",this.say("send"),()=>i(!0),{class:"tool go"}));this.bar.replaceWith(o),o.lastChild.focus()}};function yt(s){
return[...s.filter(e=>!e.endsWith(".")&&!e.endsWith("/")),".docx",".xlsx",".pptx"].join(",")}var Z=`:host{all:initial!important;display:block!important;position:fixed!important;inset:auto 0 0 auto!important;width:\
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
le{outline-offset:-3px}.log.still{overflow-anchor:none}.log:before{content:"";flex:1 0 0}.log:has(.hello):before{display\
:none}.list,.older{display:flex;flex-direction:column}.list:has(>.hello){margin-block:auto}.past{display:flex;flex-wrap:\
wrap;justify-content:center;align-items:baseline;gap:2px 8px;min-height:30px;font-size:13px;color:var(--soft);text-align\
:center;position:relative}.past .word{padding:4px 10px}.past .word[aria-disabled=true]{font-weight:400;text-decoration:n\
one;cursor:progress}.list>.hello{padding:0 24px 24px;font-size:21px;font-weight:650;line-height:1.3;text-align:center}.d\
ay{display:flex;justify-content:center;margin:14px 0 6px}.day span{font-size:12px;font-weight:500;color:var(--soft);padd\
ing:2px 10px}.row{display:flex;flex-direction:column;align-items:flex-start;gap:3px;margin-top:3px;max-width:84%;positio\
n:relative}.row.first{margin-top:12px}.row.theirs{align-self:flex-end;align-items:flex-end}.author{font-size:12.5px;font\
-weight:600;color:var(--soft);padding-inline-start:4px}.row:not(.first) .author{display:none}.row:focus-visible{border-r\
adius:14px}.bubble{padding:9px 13px;border-radius:18px;overflow-wrap:anywhere;white-space:pre-wrap;unicode-bidi:plaintex\
t;text-align:start}.ours .bubble{background:var(--raised);border-end-start-radius:6px;box-shadow:0 1px 2px #10182814}.th\
eirs .bubble{background:var(--accent);color:var(--on-accent);border-end-end-radius:6px}.bubble a{color:inherit;text-deco\
ration:underline;text-underline-offset:2px}.row .bubble.emoji{background:none;box-shadow:none;color:var(--ink);padding:0\
 4px;font-size:36px;line-height:1.2}.bubble.gone{font-style:italic;color:var(--soft);background:none;border:1px dashed v\
ar(--line);box-shadow:none}.quote,.quoting{font-size:13px;line-height:1.35}.quote{margin:0;padding:5px 10px;max-width:10\
0%;border-inline-start:3px solid var(--accent);border-radius:8px;background:color-mix(in srgb,var(--ink) 7%,transparent)\
;text-align:start}.quote span,.quoting span>span{display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;ov\
erflow:hidden;overflow-wrap:anywhere;unicode-bidi:plaintext}.row .quote .author,.quoting .author{display:block;padding:0\
;font-size:12px;font-weight:600;color:var(--soft)}.acts{position:absolute;top:-14px;inset-inline-start:calc(100% - 22px)\
;z-index:1;display:flex;padding:2px;border-radius:18px;background:var(--raised);border:1px solid var(--line);box-shadow:\
0 2px 8px #10182824;opacity:0;pointer-events:none;transition:opacity .12s}.theirs .acts{inset-inline:auto calc(100% - 22\
px)}.acts.wide{inset-inline-start:0}.theirs .acts.wide{inset-inline:auto 0}.row:hover>.acts,.row:focus-within>.acts,.row\
.held>.acts,.acts.wide{opacity:1;pointer-events:auto;z-index:2}.row:is(.waiting,.failed,.sent)>.acts{display:none}.acts \
.tool{width:30px;height:30px;font-size:17px}.acts .tool .icon{width:18px;height:18px}.acts.wide .tool{width:34px;height:\
34px;font-size:20px}.acts .tool[aria-pressed=true]{background:color-mix(in srgb,var(--accent) 22%,var(--raised))}.signs{\
display:flex;gap:4px;margin-top:-9px;padding-inline:8px;position:relative}.signs:empty{display:none}.sign{padding:1px 7p\
x;border-radius:12px;font-size:14px;line-height:20px;background:var(--raised);border:1px solid var(--line)}.sign.mine{bo\
rder-color:var(--accent)}.waiting .bubble,.waiting .picture{opacity:.6}.failed .bubble{background:color-mix(in srgb,var(\
--alarm) 14%,var(--surface));color:var(--ink)}.foot{display:flex;align-items:center;flex-wrap:wrap;gap:4px;font-size:11.\
5px;color:var(--soft);padding-inline:5px;line-height:1.4}.row:not(:last-child):has(+.row.ours:not(.first)).ours .foot,.r\
ow.theirs:has(+.row.theirs:not(.first)):not(.failed,.waiting) .foot{display:none}.foot .icon{width:15px;height:15px;stro\
ke-width:2.2;vertical-align:middle}.tick{display:inline-flex}.tick .checks{color:color-mix(in srgb,var(--accent) 65%,var\
(--ink))}.failed .foot{color:var(--alarm)}.word{font-weight:650;text-decoration:underline;text-underline-offset:2px;padd\
ing:3px;border-radius:4px}.picture{display:block;border-radius:16px;overflow:hidden;min-width:80px;min-height:60px;backg\
round:var(--line);line-height:0}.picture img{max-width:100%;max-height:260px;object-fit:cover}audio{width:264px;max-widt\
h:100%;height:44px}.chip{display:flex;align-items:center;gap:10px;padding:10px 14px 10px 10px;border-radius:14px;backgro\
und:var(--raised);border:1px solid var(--line);text-align:start;max-width:100%}.chip:hover{border-color:var(--accent)}.c\
hip .icon{color:var(--accent);width:26px;height:26px}.chip span{min-width:0;overflow-wrap:anywhere;font-weight:500;line-\
height:1.3}.chip small{display:block;color:var(--soft);font-weight:400}.choices{display:flex;flex-wrap:wrap;gap:7px;padd\
ing-top:5px}.choices.rows{flex-direction:column;align-self:stretch}.rows .choice{border-radius:14px}.choice{padding:8px \
15px;border-radius:20px;border:1.5px solid var(--accent);background:var(--surface);font-weight:600;text-align:start;tran\
sition:background .15s;color:color-mix(in srgb,var(--accent) 68%,var(--ink))}.choice:not(:disabled):hover{background:col\
or-mix(in srgb,var(--accent) 12%,var(--surface))}.choice:disabled{opacity:.45}.choice small{display:block;font-weight:40\
0;color:var(--soft)}.section{font-size:12px;font-weight:600;color:var(--soft);padding-top:4px}.typing{align-self:flex-st\
art;margin-top:10px;padding:9px 13px;border-radius:18px;border-end-start-radius:6px;background:var(--raised);display:fle\
x;align-items:center;gap:9px;color:var(--soft);font-size:13px}.dots{display:inline-flex;gap:4px}.dots i{width:7px;height\
:7px;border-radius:50%;background:currentcolor;animation:blink 1.2s infinite}.dots i:nth-child(2){animation-delay:.18s}.\
dots i:nth-child(3){animation-delay:.36s}.composer{background:var(--surface);border-top:1px solid var(--line);padding:8p\
x 8px calc(8px + env(safe-area-inset-bottom))}.quoting{display:flex;align-items:center;gap:8px;padding:2px 4px 6px 10px}\
.quoting>span{flex:1;min-width:0}.quoting span>span{width:fit-content;max-width:100%}.quoting>.icon{width:18px;height:18\
px;color:var(--accent)}.quoting .tool{width:32px;height:32px}.quoting .tool .icon{width:18px;height:18px}.bar{display:fl\
ex;align-items:flex-end;gap:2px}textarea{flex:1;min-width:0;resize:none;border:0;background:none;padding:9px 6px;max-hei\
ght:128px;line-height:22px;font-size:16px;overflow-y:auto;scrollbar-width:thin}textarea:focus-visible{outline:none}.bar:\
has(textarea:focus-visible){border-radius:22px;box-shadow:0 0 0 2px color-mix(in srgb,var(--accent) 82%,var(--ink))}text\
area::placeholder{color:var(--soft);opacity:1}.go:not(:disabled){background:var(--accent);color:var(--on-accent)}.go:not\
(:disabled):hover{background:color-mix(in srgb,var(--accent) 86%,#000);color:var(--on-accent)}.go:disabled{opacity:.45}[\
dir=rtl] :is(.send,.reply){transform:scaleX(-1)}.problem:empty{display:none}.problem{color:var(--alarm);font-size:13px;p\
adding:2px 8px 6px}.live{flex:1;display:flex;align-items:center;gap:10px;height:40px;padding-inline:6px;font-weight:500}\
.elapsed{margin-inline-start:auto;font-variant-numeric:tabular-nums;color:var(--soft)}.pulse{width:11px;height:11px;bord\
er-radius:50%;background:#d92d20;animation:blink 1.2s infinite}.prechat{flex:1;overflow-y:auto;padding:24px 20px;display\
:flex;flex-direction:column;gap:16px;background:var(--surface)}.prechat .hello{font-size:21px;font-weight:650;line-heigh\
t:1.3;padding-bottom:4px}.field label>span{display:block;font-size:13.5px;font-weight:600;padding-bottom:5px}.field inpu\
t:not([type=checkbox]){width:100%;padding:10px 13px;border-radius:12px;border:1.5px solid var(--line);background:var(--s\
urface);font-size:16px}.field input:focus-visible{outline:2px solid var(--accent);outline-offset:0;border-color:transpar\
ent}.field input[aria-invalid=true]{border-color:var(--alarm)}.field .agree{display:flex;gap:10px;align-items:flex-start\
;cursor:pointer}.field .agree span{font-weight:400;color:var(--soft);padding:0;white-space:pre-wrap}.field .agree input{\
width:20px;height:20px;margin:0;accent-color:var(--accent);flex:none}.wrong{display:block;font-size:13px;color:var(--ala\
rm);padding-top:4px}.wrong:empty{display:none}.main{padding:12px 18px;border-radius:14px;background:var(--accent);color:\
var(--on-accent);font-weight:650;font-size:16px}.main:hover{background:color-mix(in srgb,var(--accent) 88%,#000)}.main:d\
isabled{opacity:.6}@media(pointer:coarse){.acts .tool{width:40px;height:40px}.sign{line-height:26px}}@media(max-width:48\
0px),(max-height:420px){.panel,.left .panel{inset:0;width:100%;max-width:none;height:var(--visible, 100dvh);border-radiu\
s:0;animation:none}.open .launcher{display:none}header{padding-top:calc(12px + env(safe-area-inset-top))}.launcher{botto\
m:calc(16px + env(safe-area-inset-bottom));right:16px}.left .launcher{left:16px}}@keyframes rise{0%{opacity:0;transform:\
translateY(14px)}}@keyframes blink{0%,60%,to{opacity:.3}30%{opacity:1}}@media(prefers-reduced-motion:reduce){*,*:before,\
*:after{animation:none!important;transition:none!important}}@media(forced-colors:active){.launcher,.panel,.bubble,.choic\
e,.main,.chip,.acts{border:1px solid}}
`;function kt(s,t){let e=s.split("*").map(i=>i.replace(/[.+?^${}()|[\]\\]/gu,"\\$&"));return new RegExp(`^${e.join(".*")}$`,
"u").test(t)}var S=class{constructor(t,e,i){Object.assign(this,{rules:t,keep:e,greet:i,timers:[],path:null})}start(){this.
begin(),this.watch=setInterval(()=>this.path!==location.pathname&&this.begin(),500)}begin(){this.timers.forEach(clearTimeout),
this.path=location.pathname;let t=this.keep.get("greeted")??[],e=this.rules.filter(i=>kt(i.path_glob,location.pathname)&&
!t.includes(i.text));this.timers=e.map(i=>setTimeout(()=>this.say(i.text),i.after_s*1e3))}stop(){clearInterval(this.watch),
this.timers.forEach(clearTimeout)}say(t){this.stop(),this.keep.set("greeted",[...this.keep.get("greeted")??[],t]),this.greet(
t)}};var T=class s{constructor(t,e){this.prefix=`prosa-chat:${t}:${e??""}:`,this.memory=new Map,this.listeners=[],addEventListener(
"storage",i=>i.key?.startsWith(this.prefix)&&this.listeners.forEach(o=>o()))}get(t){if(this.memory.has(t))return this.memory.
get(t);try{return JSON.parse(localStorage.getItem(this.prefix+t))}catch{return null}}set(t,e){this.memory.delete(t);try{
e===null?localStorage.removeItem(this.prefix+t):localStorage.setItem(this.prefix+t,JSON.stringify(e))}catch{this.memory.
set(t,e)}}names(t=""){let e=[...this.memory.keys()];try{e.push(...Object.keys(localStorage).filter(i=>i.startsWith(this.
prefix)).map(i=>i.slice(this.prefix.length)))}catch{}return[...new Set(e)].filter(i=>i.startsWith(t)&&this.get(i)!==null)}adopt(t){
let e=new s(t,null);if(!(this.prefix===e.prefix||this.get("returning")||!e.get("returning")))for(let i of e.names())this.
set(i,e.get(i)),e.set(i,null)}setMessages(t,e,i){this.set("shown",{messages:t.slice(-40),seq:e,is_whole:i&&t.length<=40})}onChange(t){
this.listeners.push(t)}};var P=new Map;function I(s,t){return new Promise(e=>{try{let i=indexedDB.open("prosa-chat",1);i.onupgradeneeded=()=>i.result.
createObjectStore("files"),i.onerror=()=>e(void 0),i.onsuccess=()=>{let o=t(i.result.transaction("files",s).objectStore(
"files"));o.onsuccess=()=>(e(o.result),i.result.close()),o.onerror=()=>(e(void 0),i.result.close())}}catch{e(void 0)}})}
function tt(s,t){return P.set(s,t),I("readwrite",e=>e.put(t,s))}async function M(s){return P.get(s)??await I("readonly",
t=>t.get(s))}function et(s){return P.delete(s),I("readwrite",t=>t.delete(s))}var _t=/\bhttps?:\/\/[^\s<>"'`{}|\\^]+/giu,Et=/[.,;:!?…)\]]+$/u;function it(s){let t=[],e=0;for(let i of s.matchAll(_t)){
let o=St(i[0]),r=Tt(o);r&&(t.push(s.slice(e,i.index),a("a",{href:r.href,target:"_blank",rel:"noopener noreferrer nofollo\
w ugc"},o)),e=i.index+o.length)}return[...t,s.slice(e)]}function St(s){let t=s.replace(Et,""),e=(t.match(/\(/gu)??[]).length,
i=(t.match(/\)/gu)??[]).length;return e>i&&s[t.length]===")"?`${t})`:t}function Tt(s){try{let t=new URL(s);return t.protocol===
"http:"||t.protocol==="https:"?t:null}catch{return null}}function st({is_ours:s,author:t,text:e,files:i,choices:o,is_gone:r,quote:l,at:n,state:c,problem:h,is_edited:d,reactions:p,
id:u},g){let b=[s,t,e,i,o,r,l,g.isAnswered];return[JSON.stringify(b),JSON.stringify([u,Math.floor(n/6e4),c,h,d,p,g.isFirst,
g.isLastSeen])]}function ot(s,t,e){let i=s.author??e.title,o=a("div",{role:"group",tabindex:"-1"},s.is_ours?a("span",{class:"\
author","aria-hidden":"true"},a("bdi",{},i)):null,s.quote&&!s.is_gone?J(s.quote,e):null,s.files.map(r=>Ct(r,e)),s.is_gone?
a("p",{class:"bubble gone"},e.say("gone")):null,s.text?a("p",{class:`bubble${Ot(s.text)?" emoji":""}`,dir:"auto"},it(s.text)):
null,s.choices?qt(s,t,e):null,a("span",{class:"signs"}),a("span"));return o.message=s,!s.is_gone&&s.id!=="greeting"&&o.prepend(
Y(o,e)),$(o,s,t,e),o}function $(s,t,e,i){let o=new Intl.DateTimeFormat(i.language,{hour:"2-digit",minute:"2-digit"}).format(
t.at),r=t.is_ours?t.author??i.title:i.say("you");s.className=["row",t.is_ours?"ours":"theirs",e.isFirst&&"first",t.state].
filter(Boolean).join(" "),s.setAttribute("aria-label",i.say("wrote",{who:r,time:o})),s.message=t,s.lastChild.replaceWith(
At(t,e,o,i));let l=K(t,i),n=s.querySelector(".signs");n.textContent!==l.textContent&&n.replaceWith(l)}var Mt=new RegExp(
"^(?:\\p{Extended_Pictographic}|\\p{Emoji_Modifier}|\\u200d|\\ufe0f|\\s){1,12}$","u"),Ot=s=>Mt.test(s)&&new RegExp("\\p{E\
xtended_Pictographic}","u").test(s);function At(s,t,e,{say:i,queue:o}){let r=a("time",{datetime:new Date(s.at).toISOString()},
e),l=s.is_edited?`${i("edited")} · `:null;if(s.is_ours)return a("span",{class:"foot","aria-live":"off"},l,r);if(s.state===
"failed"){let h={forbidden_file:"bad_type",too_large:"too_large"}[s.problem];return a("span",{class:"foot",role:"alert"},
m("alert"),` ${i(h||"failed")} `,h?null:a("button",{type:"button",class:"word",onclick:()=>o.retry(s.client_id)},i("retr\
y")),a("button",{type:"button",class:"word",onclick:()=>o.drop(s.client_id)},i("discard")))}let[n,c]=s.state==="waiting"?
["clock",i("waiting")]:t.isLastSeen?["checks",i("seen")]:["check",i("sent")];return a("span",{class:"foot","aria-live":"\
off"},l,r,a("span",{class:"tick",title:c},m(n),a("span",{class:"unseen"},c)))}function qt(s,t,e){let i=s.choices,o=i.buttons??
(i.sections??[]).flatMap(n=>n.rows.map(c=>({...c,section:n.title})));if(!o.length)return null;let r=null,l=o.flatMap(n=>{
let c=n.section&&n.section!==r?a("span",{class:"section"},n.section):null;r=n.section;let h=a("button",{type:"button",class:"\
choice",disabled:t.isAnswered,onclick:()=>e.answer(s,n)},a("bdi",{},n.title),n.description?a("small",{},n.description):null);
return[c,h]});return a("div",{class:`choices${i.buttons?"":" rows"}`,role:"group","aria-label":e.say("choose")},l)}var Lt=/^image\/(jpeg|png|gif|webp)$/u;
function Ct(s,t){let e=s.is_voice||s.mime?.startsWith("audio/");return Lt.test(s.mime??"")?Nt(s,t):e?jt(s,t):w(s,t)}async function W(s,{
api:t,addresses:e}){let i=s.sha256??s.local;if(!e.has(i)){let o=s.local?M(s.local):t.file(s.sha256);e.set(i,Promise.resolve(
o).then(r=>URL.createObjectURL(new Blob([r],{type:s.mime})))),e.get(i).catch(()=>e.delete(i))}return e.get(i)}function Nt(s,t){
let e=a("img",{alt:s.filename||t.say("image")}),i=a("a",{class:"picture",target:"_blank",rel:"noopener"},e);return e.onerror=
()=>i.replaceWith(w(s,t)),e.onload=()=>t.grew(),W(s,t).then(o=>(e.src=o,i.href=o),()=>i.replaceWith(w(s,t))),i}function jt(s,t){
let e=a("audio",{controls:!0,preload:"none","aria-label":t.say("voice")});return e.onerror=()=>e.replaceWith(w(s,t)),W(s,
t).then(i=>e.src=i,()=>e.replaceWith(w(s,t))),e}function w(s,t){let e=s.filename||t.say("voice"),i=async()=>{a("a",{href:await W(
s,t),download:e}).click()};return a("button",{type:"button",class:"chip","aria-label":t.say("download",{name:e}),onclick:()=>i().
catch(()=>{})},m("file"),a("span",{},a("bdi",{},e),a("small",{},Dt(s.size,t.language))))}function Dt(s,t){let e=s>=1048576,
i=e?s/1048576:Math.max(1,s/1024);return`${new Intl.NumberFormat(t,{maximumFractionDigits:e?1:0}).format(i)} ${e?"MB":"KB"}`}var Rt=80,zt=5*6e4,O=class{constructor(t){this.house=t,this.nodes=new Map,this.typing=a("div",{class:"typing",hidden:!0},
a("span",{class:"dots","aria-hidden":"true"},a("i"),a("i"),a("i")),a("span",{class:"hint"})),this.older=a("div",{class:"\
older","aria-live":"off"}),this.list=a("div",{class:"list"});let{past:e}=t;this.root=a("div",{class:"log",role:"log","ar\
ia-live":"polite","aria-relevant":"additions","aria-label":t.say("log"),"aria-description":t.say("keys"),tabindex:"0"},e.
root,this.older,this.list,this.typing),this.root.addEventListener("scroll",()=>e.scrolled(this.root.scrollTop),{passive:!0}),
Q(this.root,()=>e.button.checkVisibility()?e.button:null)}paint(t,e,i){let o=this.isNearEnd(),r=new Set(t.filter(d=>d.kind===
"reply").map(d=>d.reply_to).concat(e.map(d=>d.reply?.message_id)).filter(Boolean)),l=t.filter(d=>!d.is_ours&&d.at<=(i??0)).
at(-1)?.id,n=[],c=[],h=null;for(let d of[...t,...e.map(Pt)].sort((p,u)=>(p.state?1:0)-(u.state?1:0)||p.at-u.at)){let p=this.
house.past.ids.has(d.id)?c:n;(!h||G(h.at)!==G(d.at))&&p.push(this.node(`day:${G(d.at)}`,[""],()=>this.day(d.at)));let g={
isFirst:!h||h.is_ours!==d.is_ours||d.at-h.at>zt||h.author!==d.author,isLastSeen:d.id===l,isAnswered:r.has(d.ref)||r.has(
d.id)};p.push(this.node(d.client_id||d.id,st(d,g),()=>ot(d,g,this.house),b=>$(b,d,g,this.house))),h=d}R(this.older,c),R(
this.list,n.length?n:[this.node("hello",[""],()=>a("p",{class:"hello"},this.house.say("hello")))]),o&&this.toEnd()}showTyping(){
this.typing.lastChild.textContent=this.house.say("typing");let t=this.isNearEnd();this.typing.hidden=!1,t&&this.toEnd(),
clearTimeout(this.timer),this.timer=setTimeout(()=>this.hideTyping(),6e3)}hideTyping(){this.typing.hidden=!0}toEnd(){this.
root.scrollTop=this.root.scrollHeight}staying(t){let e=this.root.getBoundingClientRect().top,i=[...this.nodes.keys()].find(
r=>this.nodes.get(r).node.matches(".row")&&B(this.nodes.get(r).node)>e),o=i&&B(this.nodes.get(i).node);this.root.classList.
add("still"),t(),i&&(this.root.scrollTop+=B(this.nodes.get(i).node)-o),requestAnimationFrame(()=>this.root.classList.remove(
"still"))}isNearEnd(){return this.root.scrollHeight-this.root.scrollTop-this.root.clientHeight<Rt}node(t,[e,i],o,r){let l=this.
nodes.get(t),n=l?.body===e?l.node:o();return n===l?.node&&l.rest!==i&&r(n),this.nodes.set(t,{body:e,rest:i,node:n}),n}day(t){
let e=Math.round((new Date(new Date().toDateString())-new Date(new Date(t).toDateString()))/864e5),o=(e===0?this.house.say(
"today"):e===1?this.house.say("yesterday"):null)??new Intl.DateTimeFormat(this.house.language,{weekday:"long",day:"numer\
ic",month:"long"}).format(t);return a("div",{class:"day",role:"separator"},a("span",{},o))}},B=s=>s.getBoundingClientRect().
bottom,G=s=>new Date(s).toDateString();function Pt(s){let{client_id:t,at:e,text:i,reply:o,quote:r,file:l,state:n,problem:c}=s;
return{id:t,client_id:t,is_ours:!1,author:null,kind:"text",text:o?.title??i??null,at:e,files:l?[{...l,local:t}]:[],quote:r,
choices:null,is_gone:!1,is_edited:!1,state:n,problem:c}}var It=/^[^@\s]+@[^@\s]+\.[^@\s]+$/u;function nt({say:s,settings:t},e,i){let{fields:o,consent:r}=t,l=o.map(u=>$t(u,s)),n=r&&
a("input",{type:"checkbox",name:"consent"}),c=r&&at("consent",a("label",{class:"agree"},n,a("span",{},r.text)),n),h=a("p",
{class:"problem",role:"alert"}),d=a("button",{type:"submit",class:"main"},s("begin")),p=a("form",{class:"prechat",novalidate:!0},
a("p",{class:"hello"},s("hello")),l.map(u=>u.root),c?.root,h,d);return p.addEventListener("submit",async u=>{u.preventDefault(),
h.textContent="";let g=[...l.map(x=>x.check(Wt(x.input,s))),c?.check(n.checked?"":s("must_agree"))].filter(Boolean);if(g.
length)return g[0].focus();d.disabled=!0;let b=Object.fromEntries(l.map(({input:x})=>[x.name,x.value.trim()]));try{await e(
{...b,...r&&{consent_version:r.version}})}catch(x){if(x.facts?.field==="consent_version")return i();h.textContent=s("tro\
uble"),d.disabled=!1}}),{root:p,focus:()=>p.querySelector("input").focus()}}function $t(s,t){let e=a("input",{name:s,type:s===
"email"?"email":"text",autocomplete:s,maxlength:"200","aria-required":"true",dir:"auto"});return{...at(s,a("label",{},a(
"span",{},t(s)),e),e),input:e}}function at(s,t,e){let i=a("span",{class:"wrong",id:`prosa-${s}-wrong`});return{root:a("d\
iv",{class:"field"},t,i),check(o){return i.textContent=o,e.setAttribute("aria-invalid",String(o!=="")),o?e.setAttribute(
"aria-describedby",i.id):e.removeAttribute("aria-describedby"),o?e:null}}}function Wt(s,t){let e=s.value.trim();return e?
s.name==="email"&&!It.test(e)?t("bad_email"):"":t("needed")}var Bt=160,A=class{constructor(t,e){Object.assign(this,{house:t,isWhole:e,isAsked:!1,ids:new Set,turn:0}),this.button=a(
"button",{type:"button",class:"word",onclick:()=>this.ask()}),this.problem=a("span",{}),this.told=a("span",{class:"unsee\
n",role:"status"}),this.root=a("div",{class:"past","aria-live":"off"},this.problem,this.button,this.told),this.show("mor\
e")}reset(t){this.turn+=1,this.isWhole=t,this.isAsked=!1,this.ids.clear(),this.told.textContent="",this.show("more")}scrolled(t){
t<Bt&&this.state==="more"&&this.ask()}async ask(){let t=this.house.oldest();if(this.state==="loading"||this.isWhole||!t)
return;let e=this.turn;this.isAsked=!0,this.show("loading",this.house.say("looking"));try{let i=await this.house.api.call(
"GET",`messages?before=${t.seq}`);e===this.turn&&this.take(i)}catch{e===this.turn&&this.show("failed",this.house.say("no\
t_loaded"))}}take({messages:t,is_beginning:e}){for(let o of t)this.ids.add(o.id);this.isWhole=e;let i=this.root.contains(
this.root.getRootNode().activeElement);this.house.log.staying(()=>{this.show("more",this.house.say(e?"beginning":"added",
{n:t.length})),this.house.recalled(t)}),e&&i&&this.house.log.root.focus({preventScroll:!0})}show(t,e=""){let{say:i}=this.
house,o=this.isWhole||!this.house.oldest();this.state=o?"whole":t,this.root.hidden=o&&!this.isAsked,this.button.hidden=o,
this.button.textContent=i({loading:"looking",failed:"retry"}[t]??"earlier"),this.button.setAttribute("aria-disabled",t===
"loading"),this.problem.textContent=o?i("beginning"):t==="failed"?i("not_loaded"):"",this.told.textContent=e}};var Gt=3e4,Ht=1e4,q="waiting:";function H(){let s=crypto.getRandomValues(new Uint8Array(15));return btoa(String.fromCharCode(
...s)).replaceAll("+","-").replaceAll("/","_")}var L=class{constructor(t,e,i,o){Object.assign(this,{api:t,keep:e,changed:i,
onTerms:o,isSending:!1,fails:0}),addEventListener("online",()=>this.flush()),e.onChange(()=>this.changed())}get items(){
return this.keep.names(q).map(t=>this.keep.get(t)).sort((t,e)=>t.at-e.at)}async add(t,e,i=!1){let o={client_id:H(),at:Date.
now(),state:"waiting",...t};return e&&(o.file={filename:e.name,mime:e.type,size:e.size,is_voice:i},await tt(o.client_id,
e)),this.put(o),this.flush(),o}settle(t){let e=this.items.filter(i=>t.has(i.client_id));for(let{client_id:i,file:o}of e)
o&&et(i),this.keep.set(q+i,null);e.length&&this.changed()}retry(t){this.update(t,{state:"waiting",problem:null}),this.flush()}drop(t){
this.settle(new Set([t]))}async flush(){if(!this.isSending){this.isSending=!0,clearTimeout(this.timer);try{for(let t;t=this.
items.find(e=>this.isDue(e));)await this.send(t);this.fails=0}catch(t){if(this.fails+=1,t.facts?.consent)return void(this.
isSending=!1);let e=Math.max(t.retryAfter??0,Math.min(Gt/1e3,2**this.fails)*(.5+Math.random()/2));this.timer=setTimeout(
()=>this.flush(),e*1e3)}this.isSending=!1}}isDue(t){return t.state==="waiting"||t.state==="sent"&&Date.now()-t.sent_at>Ht*
6}async send(t){try{let e=t.file?await this.upload(t):void 0,{client_id:i,text:o,reply:r,quote:l,page:n,greeting:c}=t;await this.
api.call("POST","messages",{client_id:i,text:o,reply:r,reply_to:l?.id,page:n,greeting:c,ticket:e}),this.update(t.client_id,
{state:"sent",sent_at:Date.now()})}catch(e){if(e.isPassing)throw e;if(e.facts?.consent)throw await this.onTerms(),e;this.
update(t.client_id,{state:"failed",problem:e.code||"trouble"})}}async upload(t){if(t.ticket)return t.ticket;let e=await M(
t.client_id);if(!e)throw Object.assign(new Error("gone"),{code:"gone"});let i=new FormData;i.append("is_voice",t.file.is_voice?
"1":"0"),i.append("file",e,t.file.filename);let o=await this.api.call("POST","files",i);return this.update(t.client_id,{
ticket:o.ticket}),o.ticket}update(t,e){let i=this.keep.get(q+t);i&&this.put({...i,...e})}put(t){this.keep.set(q+t.client_id,
t),this.changed()}};var C=class{constructor(t,e){Object.assign(this,{api:t,changed:e,last:Promise.resolve()})}put({id:t,reactions:e=[]},i){let o=e.
filter(n=>n.is_ours);this.changed(t,i?[...o,{emoji:i,is_ours:!1}]:o);let r={client_id:H(),message_id:t,emoji:i},l=this.last.
then(()=>this.api.call("POST","reactions",r));return this.last=l.catch(()=>{}),l.then(()=>!0,()=>(this.changed(t,e),!1))}};var N=class{constructor(t,e){Object.assign(this,{api:t,keep:e,telling:{read:0,delivered:0},timers:{}})}shown(t,e){let i=t.
filter(n=>n.is_ours&&n.seq),o=Math.max(0,...i.map(n=>n.seq)),[r,l]=["read","delivered"].map(n=>Math.max(this.telling[n],
this.keep.get(n)??0));return e&&o>r?this.tell("read",o):o>Math.max(l,r)&&this.tell("delivered",o),e?0:i.filter(n=>n.seq>
r).length}tell(t,e){this.telling[t]=e,clearTimeout(this.timers[t]),this.timers[t]=setTimeout(async()=>{try{await this.api.
call("POST","read",{seq:e,status:t}),this.keep.set(t,e)}catch{this.telling[t]=0}},400)}};var j=class{constructor(t,e,i){Object.assign(this,{api:t,after:e,on:i,socket:null,fails:0,neverOpened:0,isRunning:!1,wake:null}),
addEventListener("online",()=>this.hurry()),addEventListener("offline",()=>this.on.state(!1)),document.addEventListener(
"visibilitychange",()=>document.visibilityState==="visible"&&this.check()),addEventListener("pageshow",o=>o.persisted&&this.
check())}async start(){if(!this.isRunning)for(this.isRunning=!0;this.isRunning;){try{this.neverOpened<2&&"WebSocket"in globalThis?
await this.listen():await this.poll()}catch(t){(t.status===403||t.status===404)&&(this.isRunning=!1),this.fails+=1,this.
on.state(!1)}this.isRunning&&this.fails&&await this.rest()}}stop(){this.isRunning=!1,this.socket?.close(),this.abort?.abort(),
this.hurry()}typing(){this.socket?.readyState===1?this.socket.send('{"type":"typing"}'):this.api.call("POST","typing").catch(
()=>{})}async listen(){let[t,e]=await this.api.stream(this.after());await new Promise((i,o)=>{let r=this.socket=new WebSocket(
t,e),l=!1;r.onmessage=({data:n})=>{l=!0,this.neverOpened=this.fails=0,this.heard=Date.now(),this.on.state(!0),this.on.told(
JSON.parse(n))},r.onclose=({code:n})=>{this.socket=null,n===4401?this.api.visit=null:!l&&navigator.onLine!==!1&&(this.neverOpened+=
1),o(Object.assign(new Error("closed"),{status:n===4403?403:0}))}})}async poll(){this.abort=new AbortController;let t=this.
after(),e=await this.api.call("GET",`messages${t?`?after=${t}`:""}`,void 0,{signal:this.abort.signal});this.fails=0,this.
on.state(!0),this.on.told(e)}rest(){let t=Math.min(3e4,500*2**Math.min(this.fails,7))*(.5+Math.random()/2);return new Promise(
e=>{this.wake=e,setTimeout(e,t)})}hurry(){this.wake?.()}check(){this.hurry(),this.socket&&Date.now()-(this.heard??0)>45e3&&
this.socket.close()}};var D=["en","pt","es","ar"],Ft={open:["Open chat","Abrir o chat","Abrir el chat","افتح المحادثة"],close:["Cl\
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
edited:["edited","editada","editado","معدّلة"],earlier:["Earlier messages","Mensagens anteriores","Mensajes anteri\
ores","رسائل أقدم"],looking:["Loading earlier messages…","Carregando mensagens anteriores…","Cargando mensa\
jes anteriores…","جارٍ تحميل الرسائل الأقدم…"],not_loaded:["Earlier messages could not be load\
ed","Não foi possível carregar as mensagens anteriores","No se pudieron cargar los mensajes anteriores","تعذّر تحميل ا\
لرسائل الأقدم"],added:["Earlier messages added: {n}","Mensagens anteriores adicionadas: {n}","Mensajes anter\
iores añadidos: {n}","أُضيفت رسائل أقدم: {n}"],beginning:["This is the beginning of the conversation","E\
ste é o início da conversa","Este es el comienzo de la conversación","هذه بداية المحادثة"],reply:["Re\
ply","Responder","Responder","رد"],react:["React","Reagir","Reaccionar","تفاعل"],unreact:["Remove your reaction {\
emoji}","Remover sua reação {emoji}","Quitar tu reacción {emoji}","أزل تفاعلك {emoji}"],reacted:["{who} reac\
ted with {emoji}","{who} reagiu com {emoji}","{who} reaccionó con {emoji}","تفاعل {who} بـ {emoji}"],quoted:["Re\
plying to {who}","Respondendo a {who}","Respondiendo a {who}","ردًا على {who}"],yourself:["yourself","você","ti",
"نفسك"],unquote:["Do not quote","Não citar","No citar","بدون اقتباس"],keys:["Arrow keys choose a message",
"As setas escolhem uma mensagem","Las flechas eligen un mensaje","تختار مفاتيح الأسهم رسالة"],file:[
"File","Arquivo","Archivo","ملف"],choose:["Choose an answer","Escolha uma resposta","Elige una respuesta","اختر إجابة"],
name:["Your name","Seu nome","Tu nombre","اسمك"],email:["Your e-mail","Seu e-mail","Tu correo","بريدك الإلكتروني"],
agree:["I agree","Concordo","Acepto","أوافق"],begin:["Start the chat","Iniciar a conversa","Iniciar el chat","ابدأ \
المحادثة"],needed:["Please fill this in","Preencha este campo","Completa este campo","يرجى ملء هذا الحقل"],
bad_email:["This is not an e-mail address","Este e-mail não é válido","Este correo no es válido","هذا ليس بريدًا إلك\
ترونيًا"],must_agree:["Please agree before we begin","Aceite antes de começarmos","Acepta antes de empezar","يرج\
ى الموافقة قبل أن نبدأ"],too_long:["{n} characters too many","{n} caracteres a mais","Sobran {n} carac\
teres","{n} حرفًا زائدًا"],too_large:["The file is too large","O arquivo é grande demais","El archivo es dem\
asiado grande","الملف كبير جدًا"],bad_type:["Files of this type cannot be sent here","Arquivos deste tipo n\
ão podem ser enviados aqui","Aquí no se pueden enviar archivos de este tipo","لا يمكن إرسال هذا النوع من الملفات هنا"],
trouble:["Something went wrong. Try again in a moment.","Algo deu errado. Tente de novo em instantes.","Algo salió mal. \
Inténtalo de nuevo en un momento.","حدث خطأ ما. أعد المحاولة بعد قليل."],dismiss:["Dismiss","\
Dispensar","Descartar","إخفاء"]};function rt(s,t=D){return s.map(i=>String(i??"").slice(0,2).toLowerCase()).find(i=>t.
includes(i)&&D.includes(i))??t.find(i=>D.includes(i))??"en"}function lt(s){let t=Math.max(0,D.indexOf(s));return(e,i={})=>Ft[e][t].
replace(/\{(\w+)\}/gu,(o,r)=>i[r]??"")}var ct=s=>s==="ar";var F=()=>matchMedia("(max-width: 480px), (max-height: 420px)").matches;function ht(s,t,e){let i=/^#[0-9a-f]{6}$/iu.test(
t.colour??"")?t.colour:e;i&&(s.style.setProperty("--brand",i),s.style.setProperty("--on-brand",Vt(i)?"#16181d":"#ffffff")),
s.classList.add(["light","dark"].includes(t.theme)?t.theme:"auto");let o=()=>s.style.setProperty("--visible",`${visualViewport.
height}px`);globalThis.visualViewport?.addEventListener("resize",o),globalThis.visualViewport&&o()}function Vt(s){let[t,
e,i]=[1,3,5].map(o=>{let r=parseInt(s.slice(o,o+2),16)/255;return r<=.04045?r/12.92:((r+.055)/1.055)**2.4});return .2126*
t+.7152*e+.0722*i>.36}var Ut=1500,y=class{constructor(t){this.options=t,this.keep=new T(t.connection,t.user?.id),t.user&&this.keep.adopt(t.connection),
this.api=new k(t.base,t.connection,this.keep,t.user);let e=this.keep.get("shown")??{messages:[],seq:0};this.messages=new Map(
e.messages.map(i=>[i.id,i])),this.position=e.seq,this.isWhole=e.is_whole??!1,this.seenAt=null,this.isOpen=!1}async mount(){
try{this.config=await this.api.config()}catch(t){let e=t.status===0&&await this.api.isThere();t.isPassing&&!e?setTimeout(
()=>this.mount(),15e3):console.warn(`Prosa chat: ${e?"this site may not embed it, or there is no such widget":t.message}`);
return}this.isGone||(this.build(),this.keep.get("returning")?this.connect():this.greeter.start())}unmount(){this.isGone=
!0,this.stream?.stop(),this.greeter?.stop(),this.host?.remove()}build(){this.language=rt([this.options.language,document.
documentElement.lang,...navigator.languages],this.config.languages),this.say=lt(this.language),this.title=this.config.title,
this.emoji=this.config.emoji??[],this.addresses=new Map,this.queue=new L(this.api,this.keep,()=>this.paint(),()=>this.askAgain()),
this.receipts=new N(this.api,this.keep),this.greeter=new S(this.config.greetings,this.keep,t=>this.greet(t)),this.reactions=
new C(this.api,(t,e)=>this.signed(t,e)),this.past=new A(this,this.isWhole),this.log=new O(this),this.composer=new E({say:this.
say,limits:this.config.limits,draft:this.keep.get("draft"),title:this.title,quoted:this.keep.get("quoted")},this.hears()),
this.stream=new j(this.api,()=>this.position,{told:t=>this.told(t),state:t=>this.showState(t)}),this.furnish(),document.
addEventListener("visibilitychange",()=>this.paint()),this.paint()}furnish(){let{say:t}=this;this.badge=a("span",{class:"\
badge",hidden:!0}),this.launcher=a("button",{type:"button",class:"launcher","aria-expanded":"false","aria-haspopup":"dia\
log",onclick:()=>this.toggle()},m("chat"),m("down"),this.badge),this.teaser=a("div",{class:"teaser",role:"status",hidden:!0}),
this.state=a("p",{class:"state",role:"status"}),this.body=a("div",{class:"body"});let e=a("h2",{id:"prosa-title"},a("bdi",
{},this.title));this.panel=a("section",{class:"panel",role:"dialog","aria-labelledby":"prosa-title",tabindex:"-1",hidden:!0},
a("header",{},a("span",{class:"face","aria-hidden":"true"},[...this.title][0]),e,f("close",t("close"),()=>this.close())),
this.state,this.body);let i=ct(this.language),o=this.options.position??(i?"left":"right");this.root=a("div",{class:`root\
 ${o}`,dir:i?"rtl":"ltr",lang:this.language},this.panel,this.teaser,this.launcher),this.root.addEventListener("keydown",
n=>this.key(n)),this.composer.takesDrops(this.panel),this.host=document.createElement("prosa-chat");let r=new CSSStyleSheet;
r.replaceSync(Z);let l=this.host.attachShadow({mode:"open"});l.adoptedStyleSheets=[r],l.append(this.root),ht(this.root,this.
options,this.config.colour),document.documentElement.append(this.host)}hears(){return{send:t=>this.write({text:t,quote:this.
composer.takeQuote()??void 0}),file:(t,e)=>this.write({quote:this.composer.takeQuote()??void 0},t,e),typing:()=>this.stream.
typing(),quoting:t=>this.keep.set("quoted",t),draft:t=>this.keep.set("draft",t||null)}}connect(){this.stream.isRunning||
(this.stream.start(),this.queue.flush())}toggle(){this.isOpen?this.close():this.open()}open(){this.isOpen=!0,this.panel.
hidden=!1,this.panel.setAttribute("aria-modal",String(F())),this.teaser.hidden=!0,this.greeter.stop(),this.root.classList.
add("open"),this.launcher.setAttribute("aria-expanded","true"),this.fill(),this.paint(),this.log.toEnd(),this.focus()}close(){
this.isOpen&&(this.isOpen=!1,this.panel.hidden=!0,this.root.classList.remove("open"),this.launcher.setAttribute("aria-ex\
panded","false"),this.paint(),this.launcher.focus())}fill(){let t=this.config.prechat,e=t&&(t.consent?.version??"filled");
if(t&&this.keep.get("agreed")!==e){this.form=nt({say:this.say,settings:t},async i=>{await this.api.begin(i),this.keep.set(
"agreed",e),this.fill(),this.queue.flush(),this.focus()},()=>this.askAgain()),this.body.replaceChildren(this.form.root);
return}this.form=null,this.log.root.isConnected||this.body.replaceChildren(this.log.root,this.composer.root),this.connect(),
this.log.toEnd(),this.composer.look()}async askAgain(){this.config=await this.api.config(!0),this.keep.set("agreed",null),
this.fill(),this.isOpen&&this.focus()}focus(){this.form?this.form.focus():matchMedia("(pointer: coarse)").matches?this.panel.
focus():this.composer.field.focus()}key(t){t.key==="Escape"&&this.isOpen&&(t.stopPropagation(),this.close()),t.key==="Ta\
b"&&this.isOpen&&F()&&this.stayInside(t)}stayInside(t){let e=[...this.panel.querySelectorAll("button:not(:disabled), tex\
tarea, input:not([hidden]), a[href], [tabindex='0']")].filter(l=>l.offsetParent!==null),i=this.host.shadowRoot.activeElement,
[o,r]=t.shiftKey?[e[0],e.at(-1)]:[e.at(-1),e[0]];i!==o&&e.includes(i)||(t.preventDefault(),r?.focus())}async write(t,e,i){
let o={url:location.href.split("#")[0].slice(0,1e3),title:document.title.slice(0,200)},r=this.messages.size?void 0:this.
keep.get("greeting")?.text;await this.queue.add({...t,page:o,greeting:r},e,i),this.log.toEnd()}answer(t,e){this.write({reply:{
id:e.id,title:e.title,message_id:t.id}}),this.composer.field.focus()}quote(t){let e=this.log.isNearEnd();this.composer.quote(
t),e&&this.log.toEnd(),this.composer.field.focus()}async react(t,e){this.composer.complain(""),await this.reactions.put(
this.messages.get(t.id)??t,e)||this.composer.complain(this.say("trouble"))}signed(t,e){let i=this.messages.get(t);i&&this.
messages.set(t,{...i,reactions:e}),this.paint()}told(t){if(t.type==="typing")return this.log.showTyping();if(t.type!=="b\
atch")return;t.is_all&&this.messages.clear();let e=t.is_all||this.past.isWhole?-1/0:this.oldest()?.at??-1/0;for(let i of t.
messages)i.at>=e&&this.messages.set(i.id,i);t.is_all&&this.past.reset(t.is_beginning??!1),t.messages.some(i=>i.is_ours)&&
this.log.hideTyping(),this.position=t.is_all?t.seq:Math.max(this.position,t.seq),this.seenAt=t.seen_at??this.seenAt,this.
keep.setMessages(this.sorted(),this.position,this.past.isWhole),this.queue.settle(new Set(t.messages.map(i=>i.client_id).
filter(Boolean))),this.paint()}recalled(t){for(let e of t)this.messages.set(e.id,e);this.paint()}oldest(){return this.sorted()[0]}sorted(){
return[...this.messages.values()].sort((t,e)=>t.at-e.at||(t.id<e.id?-1:1))}paint(){if(!this.root)return;let t=this.sorted(),
e=this.keep.get("greeting"),i=this.past.isWhole||!t.length,o=e&&i&&!t.some(c=>c.at<e.at)?[{id:"greeting",is_ours:!0,author:null,
kind:"text",files:[],seq:0,...e}]:[],r=new Set(t.map(c=>c.client_id));this.log.paint([...o,...t],this.queue.items.filter(
c=>!r.has(c.client_id)),this.seenAt);let l=this.receipts.shown(t,this.isOpen&&!this.form&&document.visibilityState==="vi\
sible");this.badge.hidden=l===0,this.badge.textContent=l>99?"99+":l;let n=this.say(this.isOpen?"close":"open");this.launcher.
setAttribute("aria-label",l?`${n}, ${this.say("unread",{n:l})}`:n)}grew(){(this.log.isNearEnd()||this.log.root.scrollHeight-
this.log.root.scrollTop<2*this.log.root.clientHeight)&&this.log.toEnd()}showState(t){clearTimeout(this.unsure),t?this.state.
textContent="":this.unsure=setTimeout(()=>this.state.textContent=this.say(navigator.onLine===!1?"offline":"connecting"),
navigator.onLine===!1?0:Ut)}greet(t){if(this.isOpen||this.messages.size)return;this.keep.set("greeting",{text:t,at:Date.
now()});let e=f("close",this.say("dismiss"),()=>this.teaser.hidden=!0);this.teaser.hidden=!1,this.teaser.replaceChildren(
a("button",{type:"button",class:"says",dir:"auto",onclick:()=>this.open()},t),e),this.paint()}};var V=document.currentScript;function dt(s,t){let{connection:e,colour:i,language:o,position:r,theme:l}=s;return{base:new URL(
".",V.src).href.replace(/\/$/u,""),connection:e,colour:i,language:o,position:r,theme:l,user:t}}function pt(){let s=V.dataset,
e=s.userId&&s.userProof?{id:s.userId,proof:s.userProof,email:s.userEmail??"",phone:s.userPhone??""}:null,i=new y(dt(s,e));
globalThis.ProsaChat=Object.freeze({open:()=>i.panel&&i.open(),close:()=>i.panel&&i.close(),identify(o){i.unmount(),i=new y(
dt(s,o?{email:"",phone:"",...o}:null)),i.mount()}}),i.mount()}V&&!globalThis.ProsaChat&&(document.readyState==="loading"?
document.addEventListener("DOMContentLoaded",pt,{once:!0}):pt());})();
