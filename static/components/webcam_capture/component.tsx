/** A live picture, and a button that hands it to a handler as a PNG. */
import { Camera, CameraOff } from "lucide";
import { useRef, useState } from "preact/hooks";
import { useCamera } from "../../app/camera.ts";
import { Group } from "../../app/field.tsx";
import { Icon } from "../../app/icon.tsx";
import { notify } from "../../app/notices.tsx";
import type { Props } from "../../app/page.tsx";

export function render({ c }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const facing = c.text("facing").value;
  const camera = useCamera(video, { start: c.text("start").value === "shown", facing });
  const [busy, setBusy] = useState(false);
  const capture = async () => {
    if (!video.current || !c.listens("wf-webcam", true)) return;
    setBusy(true);
    try {
      const id = await c.session.upload(await picture(video.current), "picture.png");
      await c.emit("wf-webcam", { uploads: [id] });
    } catch (error) {
      notify("error", "The picture was not sent", error instanceof Error ? error.message : "");
    } finally {
      setBusy(false);
    }
  };
  const on = camera.state === "on";
  return (
    <Group c={c} role="group" class="webcam">
      <div class="webcam-stage">
        <video ref={video} class={facing === "user" ? "mirrored" : ""} muted playsInline hidden={!on} aria-label="Live picture of the camera" />
        {!on && (
          <div class="webcam-off">
            <Icon icon={CameraOff} />
            <p role="status">{camera.words}</p>
            {camera.state !== "starting" && (
              <button type="button" class="button secondary small" onClick={camera.start}>
                Turn on camera
              </button>
            )}
          </div>
        )}
      </div>
      <button type="button" class="button primary" disabled={!on || busy} aria-busy={busy || undefined} onClick={() => void capture()}>
        <Icon icon={Camera} />
        {c.text("button_text")}
      </button>
    </Group>
  );
}

/** What the camera shows now, as it is: mirroring is for the eyes of the person in front of it. */
function picture(video: HTMLVideoElement): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The camera gave no picture."))), "image/png");
  });
}
