export async function save(name: any) {
  if (name === 'bad') throw new Error('cannot save this');
  return { name };
}
