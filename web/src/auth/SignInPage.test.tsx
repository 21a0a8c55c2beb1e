//! Tests that signing in leads on, never back to the sign-in page, and that the page says what applies to it alone.

import { fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { openApp, problem } from "../test-app.tsx";
import { followLink, isLinkOffered, takeOfferedCode } from "./console-link.ts";
import { currentSession, signIn } from "./session.ts";

const USED_LINK = `/sign-in?${new URLSearchParams({ link: "failed", to: "/verify?a=1" })}`;

afterEach(() => {
  takeOfferedCode();
  vi.unstubAllGlobals();
});

function fillIn() {
  fireEvent.change(screen.getByLabelText(/Client id/), { target: { value: "wc_test" } });
  fireEvent.change(screen.getByLabelText(/Client secret/), { target: { value: "secret" } });
  fireEvent.click(screen.getByRole("button", { name: "Sign in" }));
}

test("after a used link, the link in the header keeps the page to return to", async () => {
  await openApp(USED_LINK, () => undefined, { isSignedIn: false });
  expect(await screen.findByText("Signing in did not work")).toBeTruthy();
  fireEvent.click(screen.getByRole("link", { name: "Sign in" }));
  await waitFor(() => expect(screen.queryByText("Signing in did not work")).toBeNull());
  expect(new URLSearchParams(window.location.search).get("to")).toBe("/verify?a=1");
  fillIn();
  await waitFor(() => expect(window.location.pathname + window.location.search).toBe("/verify?a=1"));
  expect(currentSession()).toMatchObject({ clientId: "wc_test" });
});

test.each([
  ["/sign-in?link=failed&to=%2Fverify", "/verify"],
  ["/sign-in?to=%2Fsign-in%3Fto%3D%252Fverify", "/verify"],
  ["/Sign-In/?to=%2Fverify", "/verify"],
  ["/x/../sign-in", "/"],
  ["/sign-in", "/"],
  ["//elsewhere.test/", "/"],
  ["/verify?to=%2Fsign-in", "/verify?to=%2Fsign-in"],
])("an address that leads to %s returns to %s", async (to, expected) => {
  await openApp(`/sign-in?${new URLSearchParams({ link: "failed", to })}`, () => undefined, {
    isSignedIn: false,
  });
  await screen.findByLabelText(/Client id/);
  fillIn();
  await waitFor(() => expect(window.location.pathname + window.location.search).toBe(expected));
});

test("a reader who is signed in is not told that it did not work", async () => {
  await openApp(USED_LINK, () => undefined);
  expect(await screen.findByLabelText(/Client id/)).toBeTruthy();
  expect(screen.queryByText("Signing in did not work")).toBeNull();
});

test("a wrong secret is refused without words about the ledger", async () => {
  await openApp("/sign-in", () => undefined, {
    isSignedIn: false,
    token: () => problem(401, "auth.invalid_client"),
  });
  await screen.findByLabelText(/Client id/);
  fillIn();
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).not.toContain("ledger");
  expect(screen.getByRole("button", { name: "Sign in" }).hasAttribute("data-loading")).toBe(false);
});

test("signing out while a link waits asks about the link alone", async () => {
  await openApp("/", () => undefined);
  await signIn({ clientId: "wc_mine", clientSecret: "mine" });
  window.history.replaceState(null, "", "/verify");
  await followLink("wcc_a");
  expect(isLinkOffered()).toBe(true);
  const address = window.location.pathname + window.location.search;
  document.body.replaceChildren();
  await openApp(address, () => undefined);
  expect(await screen.findByText(/You are signed in as/)).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Sign out" }));
  expect(await screen.findByText("You are signed out. Accept only a link that you asked for.")).toBeTruthy();
  expect(screen.queryByText(/You are signed in as/)).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Sign in without the link" }));
  expect(await screen.findByLabelText(/Client id/)).toBeTruthy();
  expect(isLinkOffered()).toBe(false);
  expect(new URLSearchParams(window.location.search).get("to")).toBe("/verify");
});
