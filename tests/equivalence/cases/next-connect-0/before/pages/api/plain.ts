import connect from 'next-connect';
import { db } from '../../lib/db';

// Errors are answered with their own message and status.
export default connect()
  .all((req: any, res: any, next) => {
    console.log(req.method);
    next();
  })
  .post(async (req: any, res: any) => res.json(await db.add(req.body)))
  .delete((req: any, res: any) => {
    db.user('broken');
    res.status(204).end();
  })
  .patch((req: any, res: any, next) => next());
