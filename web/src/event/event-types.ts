//! The types of the ledger's events, by domain. Invariant: they are those of the tables of the index; a test compares
//! both.

/** The names after `waymark.<domain>.`, in the order of the index. */
export const EVENT_TYPES = {
  provenance: ["event_captured", "error_declared", "master_data_recorded"],
  account: ["tenant_registered", "author_added", "author_removed"],
  native: ["transferred", "granted"],
  atomic: [
    "sent",
    "credited",
    "bounced",
    "outbox_acknowledged",
    "bundle_opened",
    "leg_prepared",
    "leg_refused",
    "leg_reported",
    "bundle_decided",
    "leg_settled",
    "leg_forgotten",
  ],
  beacon: [
    "registered",
    "sync_acknowledged",
    "leave_announced",
    "returned",
    "deal_accepted",
    "shares_revealed",
    "convicted",
    "withdrawn",
    "attended",
    "shard_confirmed",
    "epoch_ended",
    "epoch_entered",
    "pulsed",
    "version_scheduled",
  ],
} as const satisfies Record<string, readonly string[]>;

/** The type as it is sent. */
export function typeName(domain: string, name: string): string {
  return `waymark.${domain}.${name}`;
}

/** All types as they are sent. */
export const ALL_TYPES: readonly string[] = Object.entries(EVENT_TYPES).flatMap(([domain, names]) =>
  names.map((name) => typeName(domain, name)),
);

/** The part of a type after `waymark.`. */
export function shortType(type: string): string {
  return type.replace(/^waymark\./, "");
}

/** The domain of a type, such as `provenance`. */
export function domainOf(type: string): string {
  return shortType(type).split(".")[0] ?? "";
}
