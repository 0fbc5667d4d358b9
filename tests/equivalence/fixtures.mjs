// What the suite has to know about fixtures of the Rust tests, in addition to the files. `skip` says why a fixture
// cannot run here.

export const fixtures = {};
