const rows = new Map([
  ['7', { id: 7 }],
  ['k', { name: 'Ada' }],
]);

async function find(id) {
  return rows.get(id);
}

module.exports = { find };
