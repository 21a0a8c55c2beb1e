//! Declares the types of translation keys, so that a missing key does not compile.

import "i18next";
import type { Words } from "./words.ts";

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: Words };
  }
}
