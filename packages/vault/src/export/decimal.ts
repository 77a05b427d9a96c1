// Physical values as decimal text, exact: origin + factor × integer without a floating point in between.

interface Decimal {
  mantissa: bigint;
  /** Digits behind the point. */
  decimals: number;
}

/** A double as the shortest decimal that names it, which is the decimal its writer meant. */
function decimalOf(value: number): Decimal {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([-+]\d+))?$/.exec(String(value));
  if (!match) return { mantissa: 0n, decimals: 0 };
  const fraction = match[3] ?? '';
  const decimals = fraction.length - Number(match[4] ?? 0);
  const mantissa = BigInt(match[1] + match[2] + fraction);
  return decimals >= 0 ? { mantissa, decimals } : { mantissa: mantissa * 10n ** BigInt(-decimals), decimals: 0 };
}

/** Formats the integers of one series. Every value has the same number of decimals. */
export class DecimalFormat {
  readonly decimals: number;
  private readonly factor: bigint;
  private readonly origin: bigint;
  /** The same as doubles where every int32 stays an exact integer; null where big integers are needed. */
  private readonly fast: { factor: number; origin: number } | null;

  constructor(factor: number, origin: number) {
    const f = decimalOf(factor);
    const o = decimalOf(origin);
    this.decimals = Math.max(f.decimals, o.decimals);
    this.factor = f.mantissa * 10n ** BigInt(this.decimals - f.decimals);
    this.origin = o.mantissa * 10n ** BigInt(this.decimals - o.decimals);
    const largest =
      (this.factor < 0n ? -this.factor : this.factor) * 2147483648n + (this.origin < 0n ? -this.origin : this.origin);
    this.fast =
      largest <= BigInt(Number.MAX_SAFE_INTEGER) ? { factor: Number(this.factor), origin: Number(this.origin) } : null;
  }

  /** Decimal text of origin + factor × value. */
  format(value: number): string {
    const { decimals } = this;
    const fast = this.fast;
    const scaled = fast ? String(fast.origin + fast.factor * value) : String(this.origin + this.factor * BigInt(value));
    if (decimals === 0) return scaled;
    const negative = scaled.startsWith('-');
    const digits = (negative ? scaled.slice(1) : scaled).padStart(decimals + 1, '0');
    const at = digits.length - decimals;
    return `${negative ? '-' : ''}${digits.slice(0, at)}.${digits.slice(at)}`;
  }
}
