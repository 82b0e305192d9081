/** A voice message, recorded by the browser. */

const TYPES = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"];
const LONGEST_S = 300;

const chosen = () => TYPES.find((each) => globalThis.MediaRecorder?.isTypeSupported(each));

/** Begin to record and return how to stop; `tick` is told the seconds. Raises where there is no microphone. */
export async function record(tick) {
  const sound = await navigator.mediaDevices.getUserMedia({ audio: true });
  const type = chosen();
  const recorder = new MediaRecorder(sound, { mimeType: type });
  const pieces = [];
  let seconds = 0;
  const timer = setInterval(() => {
    tick((seconds += 1));
    if (seconds >= LONGEST_S && recorder.state === "recording") recorder.stop();
  }, 1000);
  const ended = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.ondataavailable = ({ data }) => pieces.push(data);
  recorder.start(1000);
  return {
    async stop() {
      if (recorder.state === "recording") recorder.stop();
      await ended;
      clearInterval(timer);
      for (const track of sound.getTracks()) track.stop();
      const mime = type.split(";")[0];
      return new File(pieces, `voice.${mime.split("/")[1]}`, { type: mime });
    },
  };
}

/** Say whether this page may try. */
record.isPossible = () => Boolean(chosen() && navigator.mediaDevices?.getUserMedia);
