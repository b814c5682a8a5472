/** The pane `Event history`: what was fired, what it did; having it happen again, or end while it runs. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { openAt, openHandler } from "./code.ts";
import { Button, Empty, IconButton } from "./controls.tsx";
import { Icon, ICONS } from "./icons.tsx";
import { milliseconds } from "./handler_runs.ts";
import { api, chosen, chosenSession, history, opened } from "./history_store.ts";
import { openPane } from "./layout.ts";
import { showOnly } from "./log_filter.ts";
import { clock } from "./log_rows.ts";
import { log } from "./log_store.ts";
import type { EventDetails, Fired } from "./protocol.ts";
import { revealPath } from "./state_store.ts";
import { SessionPicker } from "./session_picker.tsx";
import { ownSession, secondSession, select } from "./store.ts";
import { reported } from "./toast.tsx";

const SHOWN = 200;

const details = signal<EventDetails | null>(null);

export function HistoryTools() {
  return (
    <>
      <SessionPicker value={chosen.value} all="All sessions" onChange={(id) => (chosenSession.value = id)} />
      <IconButton icon={ICONS.eraser} label="Clear the event history" disabled={!history.value.length} onClick={() => (history.value = [])} />
    </>
  );
}

export function HistoryList() {
  const shown = history.value.filter((each) => !chosen.value || each.session === chosen.value).slice(-SHOWN).reverse();
  if (!shown.length) {
    return (
      <Empty icon={ICONS.zap} title="No events yet">
        What people do in the app stands here: which handler ran, what it changed, how long it took.
      </Empty>
    );
  }
  return (
    <ul class="history" aria-label="Events, newest first">
      {shown.map((fired) => (
        <li key={fired.number}>
          <div class="history-line">
            <button type="button" class="history-row" aria-expanded={opened.value === fired.number} onClick={() => (opened.value = opened.value === fired.number ? null : fired.number)}>
              <Icon icon={opened.value === fired.number ? ICONS.chevronDown : ICONS.chevronRight} />
              <span class="log-time mono">{clock(fired.time)}</span>
              <span class={`history-status ${isRunning(fired) ? "running" : fired.status === "ok" ? "good" : "bad"}`}>{fired.status}</span>
              <span class="mono">{fired.component}</span>
              <span class="quiet mono">{fired.event}</span>
              <span class="mono history-handler">{fired.handler || fired.action || "binding"}</span>
              {fired.replay_of !== null && <span class="count">replay</span>}
              <span class="spring" />
              {fired.session !== ownSession.value && <span class="quiet mono">{fired.session === secondSession.value ? "Second user" : fired.session}</span>}
              {!isRunning(fired) && <span class="history-ms mono">{milliseconds(fired.run_ms)}</span>}
            </button>
            {isRunning(fired) && <Button icon={ICONS.stop} label={`Cancel ${fired.handler || fired.component}`} class="small" tip="End this event; the app goes on" onClick={() => void reported(api.cancel(fired.number))} />}
          </div>
          {opened.value === fired.number && <Details fired={fired} />}
        </li>
      ))}
    </ul>
  );
}

function Details({ fired }: { fired: Fired }) {
  useEffect(() => {
    let wanted = true;
    details.value = null;
    void reported(api.event(fired.number)).then((answer) => wanted && (details.value = answer));
    return () => {
      wanted = false;
    };
  }, [fired.number, fired.status]);
  const known = details.value;
  if (!known || known.fired.number !== fired.number || known.fired.status !== fired.status) return null;
  const printed = log.lines.filter(({ record }) => record.sequence === fired.sequence && record.session_id.startsWith(fired.session));
  return (
    <div class="history-details">
      <div class="history-actions">
        <Button icon={ICONS.play} label="Replay" class="small" disabled={known.no_replay !== null} tip={known.no_replay ?? "The same event again, on the state before it, with the code of now"} onClick={() => void reported(api.replay(fired.number))} />
        <Button label="Select the component" class="small" onClick={() => select(fired.component)} />
        {fired.handler && <Button icon={ICONS.code} label="Go to the handler" class="small" onClick={() => void openHandler(fired.handler)} />}
      </div>
      <dl>
        <dt>Payload</dt>
        <dd class="mono">{known.payload}</dd>
        {known.rows.length > 0 && (
          <>
            <dt>Rows</dt>
            <dd class="mono">{known.rows.join(" / ")}</dd>
          </>
        )}
        {!isRunning(fired) && (
          <>
            <dt>Time</dt>
            <dd>
              queued {milliseconds(fired.queue_ms)}, ran {milliseconds(fired.run_ms)}, on the way {milliseconds(known.send_ms)}; {known.sent_bytes.toLocaleString("en")} bytes sent
            </dd>
          </>
        )}
        {known.message && (
          <>
            <dt>Answer</dt>
            <dd>{known.message}</dd>
          </>
        )}
        {known.missing.length > 0 && (
          <>
            <dt>Not kept</dt>
            <dd>{known.missing.join(", ")}: a replay takes the initial value</dd>
          </>
        )}
      </dl>
      {known.changes.length > 0 && (
        <table class="changes" aria-label="What it changed">
          <tbody>
            {known.changes.map((change) => (
              <tr key={JSON.stringify(change.path)}>
                <td>
                  <button type="button" class="link mono" onClick={() => (openPane("state"), revealPath(change.path))}>
                    {change.path.join(".")}
                  </button>
                </td>
                <td class="mono before">{change.before ?? "—"}</td>
                <td class="mono after">{change.after ?? "deleted"}</td>
                <td>
                  {change.file && (
                    <button type="button" class="link mono" onClick={() => openAt(change.file, change.line, 1)}>
                      {change.file}:{change.line}
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {known.changes.length === 0 && !isRunning(fired) && <p class="quiet">It changed nothing in the state.</p>}
      {printed.length > 0 && (
        <pre class="history-log" aria-label="What it printed">
          {printed.slice(-20).map((line) => `${line.text}\n`)}
        </pre>
      )}
      {printed.length > 0 && (
        <button type="button" class="link" onClick={() => (openPane("log"), showOnly(fired.session, fired.sequence))}>
          Show in the log
        </button>
      )}
    </div>
  );
}

function isRunning(fired: Fired): boolean {
  return fired.status === "running";
}
