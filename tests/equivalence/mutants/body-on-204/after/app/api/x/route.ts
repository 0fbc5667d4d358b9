export async function DELETE() {
  return Response.json({ ok: true }, { status: 204 });
}
