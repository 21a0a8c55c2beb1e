//! Tests that the page of an event shows Digital Links and barcodes of its identifiers, and downloads the event.

import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { eventDocument, openApp, problem } from "../test-app.tsx";

const LINK = "https://id.gs1.org/01/04012345111118/21/9876";
const event = {
  type: "ObjectEvent",
  eventID: "urn:uuid:1",
  epcList: ["urn:epc:id:sgtin:4012345.011111.9876", "urn:ex:own"],
};
const linked = { ...event, epcList: [LINK, "urn:ex:own"] };

function answer(request: Request, path: string): Response | undefined {
  if (path.startsWith("/v1/provenance/codes")) return new Response("<svg/>");
  if (!path.startsWith("/epcis/events/")) return problem(404, "provenance.unknown_event");
  if (request.headers.get("Accept") === "application/xml")
    return problem(406, "provenance.not_expressible_in_xml");
  const isLinked = request.headers.get("GS1-EPC-Format") === "Always_GS1_Digital_Link";
  return eventDocument([isLinked ? linked : event]);
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("identifiers are shown in both spellings, with barcodes on request", async () => {
  const sent = await openApp("/provenance/events/urn%3Auuid%3A1", answer);
  const panel = within(await screen.findByRole("region", { name: "Identifiers" }));
  expect(await panel.findByText("urn:epc:id:sgtin:4012345.011111.9876")).toBeTruthy();
  expect(panel.getByText(LINK)).toBeTruthy();
  expect(panel.getAllByText(/^Not a GS1 key/)).toHaveLength(1);
  const drawn = () => sent.filter(({ url }) => url.includes("/codes?")).length;
  expect(drawn()).toBe(0);
  const details = panel.getByText("Barcodes").closest("details");
  if (details === null) throw new Error("barcodes are in details");
  details.open = true;
  fireEvent(details, new Event("toggle"));
  expect(await panel.findByRole("img", { name: `QR code of ${LINK}` })).toBeTruthy();
  expect(drawn()).toBe(2);
  expect(panel.getByRole("link", { name: "Links of this object" }).getAttribute("href")).toBe(
    `/provenance/links/${encodeURIComponent(LINK)}`,
  );
});

test("the event is downloaded as it was captured; a form that it does not have says so", async () => {
  const saved: string[] = [];
  vi.spyOn(URL, "createObjectURL").mockReturnValue("blob:1");
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
    saved.push(this.download);
  });
  const sent = await openApp("/provenance/events/urn%3Auuid%3A1", answer);
  fireEvent.click(await screen.findByRole("button", { name: "Download the event as JSON" }));
  await waitFor(() => expect(saved).toEqual(["event.jsonld"]));
  const asked = sent.find(({ headers }) => headers.get("Accept") === "application/ld+json");
  expect(asked?.headers.get("GS1-EPC-Format")).toBe("Never_Translates");
  fireEvent.click(screen.getByRole("button", { name: "Download the event as XML" }));
  expect(await screen.findByText("This event has no form in XML")).toBeTruthy();
  expect(saved).toEqual(["event.jsonld"]);
});
