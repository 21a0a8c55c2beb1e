//! The shapes of webhooks until the schema of the API has them.

export interface Webhook {
  id: string;
  url: string;
  description: string;
  types: string[];
  subject: string | null;
  signature: "v1" | "v1a";
  state: "enabled" | "disabled";
  disabled_reason: "requested" | "gone" | "failing" | null;
  disabled_at: string | null;
  created_at: string;
  made_by: string;
  read_to: number;
  failing_since: string | null;
}
export interface Replay {
  next: number;
  to: number;
  created_at: string;
}
export interface WebhookDetail extends Webhook {
  pending: number;
  dead_letters: number;
  replay: Replay | null;
}
export interface WebhookSecret {
  id: string;
  public_key: string | null;
  created_at: string;
  expires_at: string | null;
}
export interface NewSecret extends WebhookSecret {
  secret: string | null;
}
export interface WebhookWithSecret extends Webhook {
  secret: string | null;
  public_key: string | null;
}
export interface WebhookAttempt {
  id: string;
  sequence: number | null;
  number: number;
  at: string;
  duration_ms: number;
  status: number | null;
  error: string | null;
  answer: string | null;
  outcome: "delivered" | "retry" | "dead" | "test";
}
export interface DeadLetter {
  sequence: number;
  attempts: number;
  last_error: string | null;
  died_at: string;
}
export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}
