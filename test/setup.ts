// The same cases in every run, so that CI's verdict depends on the change alone. FC_SEED=12345 npm test looks elsewhere; a failure prints its seed.
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 20_261_121) });
