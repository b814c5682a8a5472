/** Starts an app's page: reads what the service wrote into it, joins, draws. */
import { render } from "preact";
import { LineBar, Notices, useAfter } from "./notices.tsx";
import { followPageLinks } from "./page_links.ts";
import { PageView } from "./page.tsx";
import type { Bootstrap } from "./protocol.ts";
import { rememberSession, sessionToResume } from "./resume.ts";
import { Session } from "./session.ts";

function App({ session }: { session: Session }) {
  const page = session.page.value;
  return (
    <>
      {session.joined.value ? page ? <PageView session={session} page={page} /> : <NoPage editing={session.editing} /> : <Waiting session={session} />}
      <LineBar session={session} />
      <Notices />
    </>
  );
}

function NoPage({ editing }: { editing: boolean }) {
  return <Blank title="This app has no page yet" text={editing ? "Create one in the Builder, beside the page tabs." : ""} />;
}

// A wait that is shorter isn't seen, and a flash of a message would be.
const PATIENCE_MS = 150;

function Waiting({ session }: { session: Session }) {
  const app = session.connection.app.value;
  const line = session.connection.line.value;
  const shown = useAfter(true, PATIENCE_MS);
  if (!shown) return null;
  if (line === "outdated") return <Blank title="This page is out of date" text="Load it again." />;
  if (line === "replaced") return <Blank title="This page is open in another tab" text="It goes on there." />;
  if (line === "refused") return <Blank title="You are not allowed to see this app" text="Sign in, and load the page again." />;
  if (line === "lost") return <Blank title="No connection to the app" text="Trying again." busy />;
  if (app === "failed") return <Blank title="The app can't be started" text={session.editing ? "The log says why." : "Try again later."} />;
  if (app === "stopped") return <Blank title="The app is stopped" text={session.editing ? "Restart it in the Builder." : "Try again later."} />;
  return <Blank title="Starting the app" busy />;
}

function Blank({ title, text = "", busy = false }: { title: string; text?: string; busy?: boolean }) {
  return (
    <main class="blank">
      {busy && <span class="spinner" aria-hidden="true" />}
      <div role="status">
        <h1>{title}</h1>
        {text && <p>{text}</p>}
      </div>
    </main>
  );
}

async function start(): Promise<void> {
  const root = document.getElementById("app");
  const data = document.getElementById("bootstrap")?.textContent;
  if (!root || !data) throw new Error("This page was not made by the service.");
  const bootstrap = JSON.parse(data) as Bootstrap;
  const session = new Session(bootstrap, await sessionToResume(bootstrap.base), (key) => rememberSession(bootstrap.base, key));
  followPageLinks(bootstrap.base, (address) => session.open(address));
  render(<App session={session} />, root);
  if (bootstrap.mode === "edit" && bootstrap.builder_origin && window.parent !== window) {
    const origin = bootstrap.builder_origin;
    // It doesn't come while the service goes away; then the page is there still, with words about that.
    import("./agent.ts").then(({ startAgent }) => startAgent(session, origin), console.error);
  }
}

void start();
