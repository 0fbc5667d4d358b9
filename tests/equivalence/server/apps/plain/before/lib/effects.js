// What happened beside the answers, to be asked for by `/api/effects`. All endpoints run in one process.
const effects = (globalThis.effects ??= []);

export const note = (effect) => effects.push(effect);
export const takeEffects = () => effects.splice(0);
