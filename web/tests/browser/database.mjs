//! Changes the private Postgres of a server under test, as a dishonest operator could. Invariant: the row of one event
//! is changed, and restored.

import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Runs SQL with the values of `variables`, quoted by psql itself, and returns the output. */
async function sql(databaseUrl, text, variables) {
  const settings = Object.entries(variables).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
  const child = execute("psql", [
    databaseUrl,
    "--no-psqlrc",
    "--quiet",
    "--tuples-only",
    "--no-align",
    "--set",
    "ON_ERROR_STOP=1",
    ...settings,
  ]);
  child.child.stdin.end(text);
  return (await child).stdout.replace(/\n$/, "");
}

/** Whether psql is installed on this machine. */
export async function hasPsql() {
  return execute("psql", ["--version"]).then(
    () => true,
    () => false,
  );
}

/** Changes bizStep in the document of an event's row and returns the original document. */
export async function corruptBizStep(databaseUrl, event) {
  const original = await sql(
    databaseUrl,
    "SELECT document FROM index.provenance_event WHERE event_id = :'id';",
    { id: event.eventID },
  );
  const { bizStep } = event;
  const changed = original.replace(
    JSON.stringify(bizStep),
    JSON.stringify(bizStep === "shipping" ? "receiving" : "shipping"),
  );
  if (changed === original) throw new Error("the row's document does not hold the event's bizStep");
  await restoreDocument(databaseUrl, event, changed);
  return original;
}

/** Writes the document of an event's row. */
export async function restoreDocument(databaseUrl, event, document) {
  await sql(databaseUrl, "UPDATE index.provenance_event SET document = :'document' WHERE event_id = :'id';", {
    id: event.eventID,
    document,
  });
}
