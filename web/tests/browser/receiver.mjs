//! A receiver of webhooks on this machine. Invariant: it keeps what arrived, and answers with the status that a
//! scenario asks for.

import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

/** The most bytes of a webhook. */
const BODY_BYTES_MAX = 1_048_576;

async function readBody(request) {
  let text = "";
  for await (const part of request.setEncoding("utf8")) {
    text += part;
    if (text.length > BODY_BYTES_MAX) throw new Error("a webhook is too long");
  }
  return text;
}

/** Starts a receiver; what arrives is in `received`, and `status` is what it answers with. */
export async function openReceiver() {
  const receiver = { received: [], status: 204 };
  const server = createServer((request, response) => {
    readBody(request).then(
      (body) => {
        receiver.received.push({ headers: request.headers, body });
        response.writeHead(receiver.status, { "Content-Type": "text/plain" });
        response.end(receiver.status < 300 ? "" : "out of order");
      },
      () => response.destroy(),
    );
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${server.address().port}`;
  return Object.assign(receiver, {
    host,
    url: `http://${host}/hook`,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  });
}

/** Whether one of the signatures of a webhook was made with a secret `whsec_…` (Standard Webhooks). */
export function isSignedWith(secret, { headers, body }) {
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const expected = createHmac("sha256", key).update(signed).digest();
  return headers["webhook-signature"].split(" ").some((signature) => {
    const [version, value = ""] = signature.split(",");
    const given = Buffer.from(value, "base64");
    return version === "v1" && given.length === expected.length && timingSafeEqual(given, expected);
  });
}
