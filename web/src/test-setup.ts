//! The setup of every component test. Invariant: each test starts with English texts and a clean page.

import { cleanup } from "@testing-library/react";
import { afterEach, beforeAll } from "vitest";
import { setUpLanguages } from "./i18n/setup.ts";

beforeAll(setUpLanguages);
afterEach(cleanup);
