import type { NextApiRequest, NextApiResponse } from 'next';
import { db, type Customer } from '@/lib/db';
import { createToken, readToken } from '@/lib/session';

export type Session = { customer: Customer | null };

const COOKIE = 'session';
const WEEK = 60 * 60 * 24 * 7;

function currentCustomer(req: NextApiRequest): Customer | null {
  const email = readToken(req.cookies[COOKIE]);
  return (email && db.customers.get(email)) || null;
}

function logIn(req: NextApiRequest, res: NextApiResponse) {
  const email = String(req.body?.email ?? '').toLowerCase();
  const customer = db.customers.get(email);
  if (!customer) {
    return res.status(401).json({ error: 'We do not know this address' });
  }

  res.setHeader('Set-Cookie', [
    `${COOKIE}=${createToken(email)}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${WEEK}`,
    `greeted=${encodeURIComponent(customer.name)}; Path=/; SameSite=Lax`,
  ]);
  return res.status(200).json({ customer });
}

function logOut(res: NextApiResponse) {
  res.setHeader('Set-Cookie', `${COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`);
  return res.status(204).end();
}

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const { method } = req;

  if (method === 'GET') return res.status(200).json({ customer: currentCustomer(req) } satisfies Session);
  if (method === 'POST') return logIn(req, res);
  if (method === 'DELETE') return logOut(res);

  res.setHeader('Allow', 'GET, POST, DELETE');
  return res.status(405).end(`Method ${method} Not Allowed`);
}
