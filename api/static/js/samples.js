/** Three questions to try, made of what a collection holds. */

/** None where it holds nothing. */
export function samples(collection) {
  const countries = [...collection.countries].sort((a, b) => editions(collection, b) - editions(collection, a));
  if (countries.length === 0) return [];
  const [first, second, third] = [0, 1 / 3, 2 / 3].map((share) => countries[Math.floor(share * countries.length)]);
  const [early, late] = [collection.editions(first)[0], collection.editions(first).at(-1)];
  return [
    early < late
      ? `Compare what the ${early} and ${late} reports on ${first} say about complaints of torture`
      : `Was anybody held to account for torture in ${first}?`,
    `Were journalists harassed or arrested in ${second}?`,
    `What were prison conditions like in ${third} in ${collection.editions(third).at(-1)}?`,
  ];
}

function editions(collection, country) {
  return collection.editions(country).length;
}
