export async function load(id: any) {
  if (id === 'none') throw Object.assign(new Error('no such thing'), { status: 404 });
  return { id };
}

export async function save(name: any) {
  return { name };
}
