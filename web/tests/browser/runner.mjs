//! Runs scenarios one after another. Invariant: a scenario that fails is reported with its reason and a picture of the
//! page, and the next one still runs.

/**
 * @typedef {{ name: string, run: (context: object) => Promise<void> }} Scenario
 */

/**
 * Runs all scenarios and prints the summary; returns whether all passed.
 * @param {readonly Scenario[]} scenarios
 * @param {(scenario: Scenario) => Promise<void>} runOne
 */
export async function runAll(scenarios, runOne) {
  let [passed, failed] = [0, 0];
  for (const scenario of scenarios) {
    const startedAt = performance.now();
    try {
      await runOne(scenario);
      passed += 1;
      console.log(`  ok     ${scenario.name} (${Math.round(performance.now() - startedAt)} ms)`);
    } catch (error) {
      failed += 1;
      console.log(
        `  FAILED ${scenario.name}\n${indent(error instanceof Error ? (error.stack ?? error.message) : String(error))}`,
      );
    }
  }
  // `make test` parses the first line; the last one is for people and scripts.
  console.log(`\n Tests  ${passed} passed, ${failed} failed\n`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
}

function indent(text) {
  return text.replaceAll(/^/gm, "         ");
}
