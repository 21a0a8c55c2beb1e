//! Tests that the beacon panels show epoch, randomness, bonds and convictions as the gateway reports them. A
//! conviction's votes are called checked only after this browser has checked them.

import { readFileSync } from "node:fs";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Beacon, BeaconValidator, Conviction } from "../api/beacon.ts";
import type { Outbox } from "../api/network.ts";
import { BeaconPanels } from "./BeaconPanels.tsx";
import { BondPanel } from "./BondTable.tsx";
import { ConvictionPanel } from "./ConvictionTable.tsx";
import { OutboxPanel } from "./OutboxTable.tsx";

function validator(id: number, index: number | null, change: Partial<BeaconValidator>): BeaconValidator {
  return {
    id,
    key: `${id}`.repeat(64),
    index,
    status: "active",
    bond: "100000000000",
    weight: index === null ? null : "100000000000",
    servi: 0,
    uptime_ppm: 1_000_000,
    believability: index === null ? null : "1",
    in_league: false,
    registered_epoch: 0,
    active_epoch: index === null ? null : 5,
    inactive_epochs: 0,
    ...change,
  };
}

const beacon: Beacon = {
  epoch: 5,
  elapsed_blocks: 12,
  epoch_blocks: 20,
  may_end: false,
  randomness: "ab".repeat(32),
  round: {
    phase: "revealing",
    dealing_until: null,
    dealt: [1],
    revealed: [1],
    withheld: [0],
    output: null,
  },
  mode: "full",
  assignment: [{ shard: 0, validators: [0, 1] }],
  league: [1, 0],
  servi_max: 1_000_000,
  validators: [
    validator(0, 0, { servi: 4_200, in_league: true, believability: "3" }),
    validator(2, 1, { in_league: true, uptime_ppm: 975_000 }),
    validator(7, null, { status: "candidate", bond: "50000001" }),
  ],
  plan: { epoch: 6, changes: [{ joins: 7, is_ready: true, leaves: 2 }] },
  convictions: [],
  treasury: {
    deposited: "200050000001",
    bonds: "200050000001",
    owed: "0",
    fund: "0",
    burned: "0",
    withdrawn: "0",
  },
};

const conviction: Conviction = {
  validator: 2,
  key: "2".repeat(64),
  epoch: 4,
  offence: "bad_deal",
  height: 77,
  timestamp: "2026-01-01T00:00:00Z",
  tx_id: "cd".repeat(32),
  slashed: "10000000000",
  rewarded: "1000000000",
  compensated: "4000000000",
  burned: "5000000000",
  accusation: null,
};

function show(shown: Beacon | null, outboxes: Outbox[] = []) {
  render(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>
        <BeaconPanels network={{ beacon: shown, shards: [] }} />
        {shown === null ? null : <BondPanel beacon={shown} />}
        {shown === null ? null : <ConvictionPanel beacon={shown} />}
        <OutboxPanel outboxes={outboxes} />
      </QueryClientProvider>
    </MantineProvider>,
  );
}

const region = (name: string) => within(screen.getByRole("region", { name }));

function rowOf(name: string, within_: ReturnType<typeof region>): string {
  return within_.getByRole("rowheader", { name }).closest("tr")?.textContent ?? "";
}

test("an epoch shows its progress, its league and the planned changes of seats", () => {
  show(beacon);
  const epoch = region("Epoch 5");
  const progress = epoch.getByRole("progressbar", { name: /12 blocks of shard 0 so far, of at least 20/ });
  expect([progress.getAttribute("value"), progress.getAttribute("max")]).toEqual(["12", "20"]);
  expect(epoch.getByText("Validator 1, Validator 0")).toBeTruthy();
  expect(epoch.getByText("Full: every validator signs every shard")).toBeTruthy();
  expect(rowOf("1", epoch)).toBe("1" + "No. 7 (no seat), ready" + "Validator 1");
});

test.each([
  [{ may_end: true }, /The next block may end it/],
  [{ elapsed_blocks: 25 }, /long enough and waits for the next randomness/],
  [{ plan: { epoch: 6, changes: [] } }, /No seat is planned to change when epoch 6 begins/],
])("an epoch with %o is described", (change, expected) => {
  show({ ...beacon, ...change });
  expect(region("Epoch 5").getByText(expected)).toBeTruthy();
});

test("in sampled mode each shard lists its signers", () => {
  show({ ...beacon, mode: "sampled", assignment: [{ shard: 1, validators: [1] }] });
  expect(region("Epoch 5").getByText("Shard 1").parentElement?.textContent).toBe("Shard 1" + "Validator 1");
});

test("the transcript shows deals, revealed shares and the drawn number", () => {
  show(beacon);
  const randomness = region("Randomness");
  expect(randomness.getByText("Revealing").getAttribute("aria-current")).toBe("step");
  expect(randomness.getByTitle("ab".repeat(32))).toBeTruthy();
  expect(randomness.getByText("not drawn yet")).toBeTruthy();
  expect(rowOf("Validator 0", randomness)).toBe("Validator 0" + "not in the set" + "not yet");
  expect(rowOf("Validator 1", randomness)).toBe("Validator 1" + "dealt" + "revealed");
});

test("while deals are accepted the page shows until when", () => {
  const round = { ...beacon.round, phase: "dealing" as const, dealing_until: 1_234, dealt: [] };
  show({ ...beacon, round });
  expect(region("Randomness").getByText(/fixed from block 1234 of shard 0 on/)).toBeTruthy();
  expect(rowOf("Validator 0", region("Randomness"))).toBe("Validator 0" + "not yet" + "not yet");
});

test("bond, Servi, uptime and believability are shown exactly", () => {
  show(beacon);
  const bonds = region("Bonds and believability");
  const first = rowOf("Validator 0", bonds);
  expect(first).toContain("active" + "believable league" + "1,000" + "1,000" + "4,200" + "100%" + "75%");
  expect(rowOf("Validator 1", bonds)).toContain("97.5%" + "25%");
  expect(rowOf("No. 7 (no seat)", bonds)).toContain(
    "waits for a seat" + "0.50000001" + "–" + "0" + "100%" + "–",
  );
  expect(bonds.getByText("Deposited in all").parentElement?.textContent).toContain("2,000.50000001");
});

test("a conviction shows the offence, the block and the shares of the bond", () => {
  show({ ...beacon, convictions: [conviction] });
  const row = rowOf("Validator 1", region("Convictions"));
  expect(row).toContain("dealt shares that do not fit" + "4" + "77, ");
  expect(row).toContain("100" + "10" + "40" + "50" + "The evidence is in the transaction.");
});

test("the votes of a conviction are called checked only after this browser has checked them", async () => {
  const proved = JSON.parse(readFileSync("../gateway/vectors/accusation.json", "utf8"));
  const unproved = { ...proved, evidence: "other", second: { ...proved.second, signature: "AAAA" } };
  const of = (accusation: typeof proved, tx_id: string): Conviction => {
    return { ...conviction, offence: "equivocation", accusation, tx_id };
  };
  show({ ...beacon, convictions: [of(proved, "01"), of(unproved, "02")] });
  expect(await screen.findByText("Both signatures checked in this browser")).toBeTruthy();
  expect(await screen.findByText("Not proved: these votes do not convict")).toBeTruthy();
});

test("messages between shards are sent, received or waiting", () => {
  show(beacon, [{ source: 0, destination: 1, sent: 1_005, acknowledged: 1_002 }]);
  const row = rowOf("Shard 0 to shard 1", region("Messages between shards"));
  expect(row).toBe("Shard 0 to shard 1" + "1,005" + "1,002" + "3");
});

test("a missing beacon and empty queues are described", () => {
  show(null);
  expect(screen.getByRole("heading", { name: "The validators of this chain never change" })).toBeTruthy();
  expect(screen.getByText(/no value has moved/)).toBeTruthy();
});

test("a chain with a beacon and no convictions says so", () => {
  show(beacon);
  expect(region("Convictions").getByText("None on the ledger.")).toBeTruthy();
});
