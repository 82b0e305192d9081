/** Streamlit's entry: called at mount and again whenever data or theme change. */

import { speak } from "./format.js";
import { Inbox } from "./inbox.js";

const mounted = new WeakMap();

/** Mount the inbox once per place; later calls only hand over the newest way to speak to Python. */
export default function ({ parentElement, data, setStateValue }) {
  let inbox = mounted.get(parentElement);
  if (!inbox) {
    speak(data);
    inbox = new Inbox(data);
    mounted.set(parentElement, inbox);
    parentElement.querySelector("[data-inbox]").replaceChildren(inbox.root);
    inbox.start(data.selected);
  }
  inbox.tell = setStateValue;
  return () => {
    mounted.delete(parentElement);
    inbox.stop();
    inbox.root.remove();
  };
}
