const handler = async () => Response.json({ ok: true }, { headers: { 'Access-Control-Allow-Origin': '*' } });

export { handler as GET, handler as POST, handler as PUT, handler as PATCH, handler as DELETE };
