//! GraphiQL for this gateway's GraphQL endpoint. Invariant: its editor and workers are bundled, nothing is loaded from
//! other origins, and the session's token is sent to this origin only.

import "graphiql/setup-workers/vite";
import "graphiql/style.css";
import "./standalone.css";
import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";
import { parseForDisplay } from "./api/exact-json.ts";
import { currentSession } from "./auth/session.ts";

const FIRST_QUERY = `# Press the play button, or Ctrl-Enter.
{
  __typename
}
`;

async function send(parameters: unknown): Promise<unknown> {
  const session = currentSession();
  const response = await fetch("/graphql", {
    method: "POST",
    credentials: "omit",
    headers: {
      "Content-Type": "application/json",
      ...(session === null ? {} : { Authorization: `Bearer ${session.token}` }),
    },
    body: JSON.stringify(parameters),
  });
  return parseForDisplay(await response.text());
}

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no root element");
createRoot(root).render(
  // The typed fetcher also covers subscriptions, which this page does not open.
  <GraphiQL fetcher={send as React.ComponentProps<typeof GraphiQL>["fetcher"]} defaultQuery={FIRST_QUERY} />,
);
