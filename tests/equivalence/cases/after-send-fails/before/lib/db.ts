export const track = async (what: string) => {};
export async function fail() {
  throw new Error('fail');
}
