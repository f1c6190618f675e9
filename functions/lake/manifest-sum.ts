/** The manifest of an hour that was collected in parts: what they read, wrote and counted together, and proof that they took all. */
import type { HourManifest } from "./manifest";
import type { Collected } from "./run-work";

export function makeManifestSum() {
  const byName = <T>(a: readonly [string, T], b: readonly [string, T]) => (a[0] < b[0] ? -1 : 1);

  return {
    /** @throws where the parts took more or fewer lines than the hour has, or did not see the same ones. */
    joinParts(hour: string, results: readonly Collected[], quarantine_sha256: string | null): HourManifest {
      const manifests = results.flatMap(({ manifest }) => manifest ?? []);
      const [first] = manifests;
      if (first === undefined || manifests.length !== results.length)
        throw new Error(`${manifests.length} of ${results.length} parts were collected anew`);
      const sum = (of: (manifest: HourManifest) => number) =>
        manifests.reduce((total, manifest) => total + of(manifest), 0);
      const messages = sum((each) => each.messages);
      for (const { seen, part } of results)
        if (seen !== messages) throw new Error(`part ${part} saw ${seen} messages, but the parts took ${messages}`);
      if (manifests.some(({ reference }) => reference !== first.reference))
        throw new Error("the registry changed between the parts");

      const ignored = new Map<string, number>();
      const examples = new Map<string, string>();
      for (const each of manifests) {
        for (const { reason, messages: some } of each.ignored) ignored.set(reason, (ignored.get(reason) ?? 0) + some);
        for (const { reason, line } of each.examples) if (!examples.has(reason)) examples.set(reason, line);
      }
      // Lines that tell of no device may lie in several parts.
      const quarantine = new Map<string, HourManifest["quarantine"][number]>();
      for (const row of manifests.flatMap((each) => each.quarantine)) {
        const id = JSON.stringify({ ...row, messages: 0 });
        quarantine.set(id, { ...row, messages: row.messages + (quarantine.get(id)?.messages ?? 0) });
      }
      return {
        hour,
        reference: first.reference,
        messages,
        fanned_out: sum((each) => each.fanned_out),
        staged: sum((each) => each.staged),
        merged: sum((each) => each.merged),
        duplicates: sum((each) => each.duplicates),
        conflicts: sum((each) => each.conflicts),
        quarantined: sum((each) => each.quarantined),
        ignored: [...ignored].sort(byName).map(([reason, count]) => ({ reason, messages: count })),
        examples: [...examples].sort(byName).map(([reason, line]) => ({ reason, line })),
        unknown_components: sum((each) => each.unknown_components),
        inputs: manifests.flatMap(({ inputs }) => inputs),
        outputs: manifests.flatMap(({ outputs }) => outputs).sort((a, b) => (a.key < b.key ? -1 : 1)),
        quarantine: [...quarantine].sort(byName).map(([, row]) => row),
        quarantine_sha256,
      };
    },
  };
}
