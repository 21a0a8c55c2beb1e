//! The types of API responses. Invariant: every name and type comes from the generated `schema.gen.ts`. An alias may
//! only be stricter, where the gateway guarantees more than its schema states.

import type { components, operations, paths } from "./schema.gen.ts";

/** The schema's types, by name. */
export type Schemas = components["schemas"];

/** `T` with narrower types for some of its members. */
export type Narrow<T, Members extends Partial<T>> = Omit<T, keyof Members> & Members;

/** The query parameters of an operation, by its `operationId`. */
export type QueryOf<Id extends keyof operations> = operations[Id] extends {
  parameters: { query?: infer Query };
}
  ? NonNullable<Query>
  : never;

/** A path of the API, as in the schema. */
export type Path = keyof paths;
