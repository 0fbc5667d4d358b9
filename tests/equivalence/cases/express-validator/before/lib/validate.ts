import { validationResult } from 'express-validator';
import type { NextApiRequest, NextApiResponse } from 'next';

export const waitFor = (middleware: any) => (req: NextApiRequest, res: NextApiResponse) =>
  new Promise<void>((resolve, reject) => {
    middleware(req, res, (result: any) => (result instanceof Error ? reject(result) : resolve(result)));
  });

export const validate = (rules: any[]) => async (req: NextApiRequest, res: NextApiResponse, next: () => void) => {
  await Promise.all(rules.map((rule) => rule.run(req)));
  const errors = validationResult(req);
  if (errors.isEmpty()) return next();
  res.status(422).json({ errors: errors.mapped() });
};
