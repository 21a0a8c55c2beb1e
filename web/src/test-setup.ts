//! The setup of every component test. Invariant: each test starts with English texts and a clean page.

import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeAll } from "vitest";
import { setUpLanguages } from "./i18n/setup.ts";

/** The maximum wait for a change of the page, in milliseconds: a busy machine needs more than the library's second. */
configure({ asyncUtilTimeout: 10_000 });

beforeAll(setUpLanguages);
afterEach(cleanup);
