/** Starts the Builder's page: bootstrap, overview, socket, then everything on the screen. */
import { render } from "preact";
import { startAgentLink } from "./agent_link.ts";
import { Api } from "./api.ts";
import { startPreview } from "./canvas.tsx";
import { active, changedOnDisk, compareWithDisk, markErrors, openFile, startCode, startForgettingErrors } from "./code.ts";
import { startAppSearch } from "./app_search.ts";
import { startEdits } from "./edits.ts";
import { startFileActions } from "./file_actions.tsx";
import { startOfferingLinks } from "./relink.ts";
import { startRenames } from "./renames.ts";
import { happened, startHistory } from "./history_store.ts";
import { startKeys } from "./keys.ts";
import { followTheme } from "./layout.ts";
import { log } from "./log_store.ts";
import { startOpeningApp } from "./open_app.ts";
import { startProblems } from "./problems.ts";
import type { Bootstrap, ServerPush } from "./protocol.ts";
import { read, startRemembering, write } from "./remembered.ts";
import { Shell } from "./shell.tsx";
import { BuilderSocket } from "./socket.ts";
import { appName, connected, files, loadProblem, takeOverview, takePush } from "./store.ts";
import { startState, touched } from "./state_store.ts";
import { startTooltips } from "./tooltip.ts";

/** A drop of the connection that mends itself at once is not worth a word. */
const PATIENCE_MS = 1_000;

function start(): void {
  const bootstrap = JSON.parse(document.getElementById("bootstrap")!.textContent ?? "{}") as Bootstrap;
  const api = new Api(bootstrap.write_token);
  appName.value = bootstrap.app;
  startRemembering(api.keepLayout);
  followTheme();
  startEdits(api);
  startOpeningApp(api);
  startCode(api, bootstrap.path);
  startForgettingErrors();
  startFileActions(api);
  startRenames(api);
  startAppSearch(api);
  startOfferingLinks();
  startAgentLink();
  startKeys();
  startPreview(bootstrap.preview_url);
  startState(api);
  startHistory(api);
  startProblems(api);

  // The log that was there before the page says nothing new about the code; what came while it was offline does.
  let again = false;
  let patience = 0;
  const refresh = (): Promise<void> =>
    api.overview().then(
      (overview) => {
        takeOverview(overview);
        loadProblem.value = null;
      },
      (error: Error) => {
        loadProblem.value = error.message;
      },
    );
  const address = new URL("/api/socket", location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const socket = new BuilderSocket(address.href, {
    greeting: () => ({ type: "join", ticket: bootstrap.ticket, log_after: log.lastNumber }),
    push(message: ServerPush) {
      if (message.type === "log") {
        const fresh = log.take(message.records, message.skipped);
        socket.taken(log.lastNumber);
        if (again || !message.history) markErrors(fresh);
      } else if (message.type === "file") void changedOnDisk(message);
      else if (message.type === "touched") touched(message.session, message.paths);
      else {
        if (message.type === "event") happened(message);
        takePush(message);
      }
    },
    connected(up, before) {
      again = before;
      clearTimeout(patience);
      if (!up) {
        patience = window.setTimeout(() => (connected.value = false), PATIENCE_MS);
        return;
      }
      connected.value = true;
      if (before) void refresh().then(compareWithDisk);
    },
  });

  render(<Shell api={api} socket={socket} />, document.getElementById("builder") ?? document.getElementById("app") ?? document.body);
  startTooltips();
  void refresh().then(() => {
    document.title = `${appName.value} — Mainspring`;
    const name = `open:${bootstrap.path}`;
    const last = read<string>(name);
    const first = [last, "main.py", files.value.find((file) => file.path.endsWith(".py"))?.path].find((path) => path && files.value.some((file) => file.path === path));
    if (first) void openFile(first);
    active.subscribe((path) => path && write(name, path));
  });
}

start();
