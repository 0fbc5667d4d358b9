export function GET(req) {
  return Response.json({ seen: req.cookies.get('seen')?.value ?? null }, { headers: { 'Set-Cookie': 'a=1; Path=/' } });
}
