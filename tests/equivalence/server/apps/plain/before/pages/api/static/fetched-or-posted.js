export default async function handler(req, res) {
  if (req.method === 'GET') {
    const response = await fetch(process.env.COUNTER_URL);
    return res.json({ count: await response.text() });
  }
  if (req.method === 'POST') {
    return res.status(201).json({ ok: true });
  }
  return res.status(405).end();
}
