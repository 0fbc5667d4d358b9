import type { NextApiHandler } from 'next';
import { toCsv } from '../../lib/csv';
import { db } from '../../lib/db';

const COLUMNS = ['id', 'name', 'price', 'tags'];

const handler: NextApiHandler<string> = async (_req, res) => {
  const rows = [...db.products.values()].map(({ id, name, price, tags }) => [id, name, price, tags.join(' ')]);
  const csv = toCsv(COLUMNS, rows);

  res.setHeader('Content-Type', 'text/csv; charset=utf-8');
  res.setHeader('Content-Disposition', 'attachment; filename="products.csv"');
  res.send(csv);
};

export default handler;
