export const audit = async (what: string) => {};
export const check = (row: number, fail?: string) => {
  if (String(row) === fail) throw new Error('broken');
};
