//! The shapes of the API's answers. Invariant: every name and every shape comes from the generated `schema.gen.ts`; an
//! alias only makes one stricter, where the gateway promises more than its schema tells.

import type { components, operations, paths } from "./schema.gen.ts";

/** The schema marks each member that may be null as optional as well; in its answers the gateway always writes it. */
type Written<T> = T extends readonly (infer Item)[]
  ? Written<Item>[]
  : T extends object
    ? { [Name in keyof T]-?: Written<T[Name]> }
    : T;

/** The only answer with members that are left out instead of null. */
type Sparse = "AnchorFile";

/** The schema's types of answers, by name. */
export type Schemas = {
  [Name in Exclude<keyof components["schemas"], Sparse>]: Written<components["schemas"][Name]>;
};

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
