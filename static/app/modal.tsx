/** A modal dialog: the browser's own, which keeps the focus inside, gives it back and knows Escape. */
import type { ComponentChildren, DialogHTMLAttributes } from "preact";
import { useCallback, useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Notices } from "./notices.tsx";

interface ModalProps {
  open: boolean;
  /** The person wants it closed. It stays open until `open` says otherwise. */
  onClose: () => void;
  /** Whether Escape and a press beside it mean to close it. */
  dismissible?: boolean;
  attributes: Omit<DialogHTMLAttributes<HTMLDialogElement>, "ref"> & { ref?: (element: Element | null) => void };
  children: ComponentChildren;
}

export function Modal({ open, onClose, dismissible = true, attributes, children }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const pressedBeside = useRef(false);
  const { ref: outer, ...rest } = attributes;
  const take = useCallback(
    (element: HTMLDialogElement | null) => {
      dialog.current = element;
      outer?.(element);
    },
    [outer],
  );
  // Before it is painted and before the next key, which belongs in it.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (!element || element.open === open) return;
    if (open) element.showModal();
    else element.close();
  });
  // What is taken from the page while it is open would not give the focus back.
  useEffect(() => {
    const element = dialog.current;
    return () => element?.close();
  }, []);
  const beside = (event: Event) => event.target === dialog.current;
  return (
    <dialog
      {...rest}
      ref={take}
      onCancel={(event) => {
        // Also that of a file input inside bubbles up to here.
        if (!beside(event)) return;
        event.preventDefault();
        if (dismissible) onClose();
      }}
      onClose={(event) => {
        if (!beside(event) || !open) return;
        // The browser closes it at a second Escape whatever we say.
        if (dismissible) onClose();
        else dialog.current?.showModal();
      }}
      onPointerDown={(event) => (pressedBeside.current = beside(event))}
      onClick={(event) => {
        if (dismissible && pressedBeside.current && beside(event)) onClose();
      }}
    >
      {open && children}
      {/* Everything outside is out of reach meanwhile, also for screen readers. */}
      {open && <Notices />}
    </dialog>
  );
}
