import handler from '../../items/[id]';

export default (req, res) => handler(req, res);
