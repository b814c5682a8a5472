/** A camera as long as a component shows it: asked for, shown in a video element, let go. */
import type { RefObject } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";

export interface Camera {
  state: "off" | "starting" | "on";
  /** Why there is no picture. */
  words: string;
  start(): void;
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["NotAllowedError", "The browser doesn't let this page use the camera. Allow it beside the address, then turn it on."],
  ["NotFoundError", "No camera was found."],
  ["NotReadableError", "Another program is using the camera."],
  ["OverconstrainedError", "This device has no such camera."],
]);

export function useCamera(video: RefObject<HTMLVideoElement | null>, wanted: { start: boolean; facing: string }): Camera {
  const [shown, show] = useState<Pick<Camera, "state" | "words">>({ state: "off", words: "The camera is off." });
  const stream = useRef<MediaStream | null>(null);
  const attempt = useRef(0);

  const stop = useCallback(() => {
    attempt.current++;
    for (const track of stream.current?.getTracks() ?? []) track.stop();
    stream.current = null;
  }, []);

  const start = useCallback(async () => {
    stop();
    const mine = attempt.current;
    show({ state: "starting", words: "Waiting for the camera." });
    try {
      const opened = await open(wanted.facing);
      if (mine !== attempt.current) return opened.getTracks().forEach((track) => track.stop());
      stream.current = opened;
      opened.getVideoTracks()[0]?.addEventListener("ended", () => show({ state: "off", words: "The camera was turned off." }));
      if (video.current) {
        video.current.srcObject = opened;
        await video.current.play();
      }
      show({ state: "on", words: "" });
    } catch (error) {
      const name = error instanceof DOMException ? error.name : "";
      if (mine === attempt.current) show({ state: "off", words: REASONS.get(name) ?? "The camera can't be used." });
    }
  }, [wanted.facing]);

  useEffect(() => {
    if (wanted.start || stream.current) void start();
  }, [start, wanted.start]);
  useEffect(() => stop, []);
  return { ...shown, start: () => void start() };
}

function open(facing: string): Promise<MediaStream> {
  // Only pages over HTTPS or from the own machine have cameras.
  if (!navigator.mediaDevices) return Promise.reject(new DOMException("", "NotAllowedError"));
  return navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: facing === "environment" ? "environment" : "user" } });
}
