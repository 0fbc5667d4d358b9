import { withAdmin } from '../../lib/stacks';

export default withAdmin('admin')(async (_req, res) => {
  res.json({ ok: true });
});
