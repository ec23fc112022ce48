/* How numbers are written and read in the page: in the locale of the build, which stands in
   data-numbers of the document where it is another than plain English.

   Offers window.runfolio.numbers to the other scripts. The rules are those of
   runfolio/model/numbers.py and money.py: a test compares the texts. */
(function () {
  "use strict";

  const runfolio = (window.runfolio = window.runfolio || {});

  const told = document.documentElement.dataset.numbers;
  const locale = told
    ? JSON.parse(told)
    : { decimal: ".", group: ",", minus: "−", sizes: [3, 3], percent: [["", "\u00a0%"], ["−", "\u00a0%"]] };
  const LEAST_GROUPED = told ? 4 : 5; // digits; in plain English 1,234 is written so as a count only
  const LARGEST_FIXED = 1e15;
  const LEAST_EXACT = 1e-6;
  const FINEST = -9;
  const WIDE = 0.05;

  // ---- Writing -----------------------------------------------------------------------

  function grouped(whole) {
    let size = locale.sizes[0];
    const groups = [];
    while (whole.length > size) {
      groups.unshift(whole.slice(-size));
      whole = whole.slice(0, -size);
      size = locale.sizes[1];
    }
    return [whole, ...groups].join(locale.group);
  }

  /* A number without a sign, as JavaScript writes it, in the locale's signs. */
  function written(plain, least) {
    const [mantissa, exponent] = plain.split("e");
    const [whole, rest] = mantissa.split(".");
    let text = whole.length < least ? whole : grouped(whole);
    if (rest !== undefined) text += locale.decimal + rest;
    if (exponent !== undefined) {
      text += "e" + (exponent[0] === "-" ? locale.minus : "") + exponent.replace(/^[+-]/, "");
    }
    return text;
  }

  function withoutTrailingZeros(text) {
    return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  }

  /* The same text as format_number in runfolio/model/numbers.py. */
  function formatNumber(value, scale, digits) {
    const number = value * scale;
    if (Number.isNaN(number)) return "NaN";
    const size = Math.abs(number);
    if (size === Infinity) return number < 0 ? locale.minus + "∞" : "∞";
    let text;
    if (digits !== null && size < LARGEST_FIXED) {
      text = size.toFixed(digits);
    } else if (size === 0) {
      text = "0";
    } else {
      const [mantissa, exponent] = size.toExponential(3).split("e");
      text =
        size >= 1e-4 && size < 1e6
          ? withoutTrailingZeros(size.toFixed(Math.max(0, 3 - Number(exponent))))
          : withoutTrailingZeros(mantissa) + "e" + Number(exponent);
    }
    const sign = number < 0 && /[1-9]/.test(text) ? locale.minus : "";
    return sign + written(text, LEAST_GROUPED);
  }

  /* A number in full, to the last digit that people typed. */
  function formatExact(value) {
    const size = Math.abs(value);
    if (value !== 0 && !(size >= LEAST_EXACT && size < LARGEST_FIXED)) return formatNumber(value, 1, null);
    return (value < 0 ? locale.minus : "") + written(String(size), LEAST_GROUPED);
  }

  /* A whole number that counts something. */
  function formatCount(number) {
    return number < 0 ? locale.minus + written(String(-number), 4) : written(String(number), 4);
  }

  /* A number as JavaScript writes it (a step, a rounded value), in the locale's signs. */
  function localized(text) {
    const plain = String(text);
    if (!told || !/^-?\d/.test(plain)) return plain;
    return plain[0] === "-" ? locale.minus + written(plain.slice(1), 4) : written(plain, 4);
  }

  /* A written number with its unit; per cent as the locale has it. */
  function withUnit(text, unit) {
    if (!unit) return text;
    if (unit !== "%" || !told) return text + "\u00a0" + unit;
    const negative = text.startsWith(locale.minus);
    const [before, after] = locale.percent[negative ? 1 : 0];
    return before + (negative ? text.slice(locale.minus.length) : text) + after;
  }

  function formatPercent(share, digits) {
    return withUnit(formatNumber(share, 100, digits === undefined ? 0 : digits), "%");
  }

  // ---- Estimates and money -----------------------------------------------------------

  const PLAIN = { positive: ["", ""], negative: [locale.minus, ""], digits: 0 };

  function exponentOf(size, figures) {
    return Number(size.toExponential(figures - 1).split("e")[1]);
  }

  /* Where an estimate is rounded, as a power of ten: _place in runfolio/model/money.py. */
  function placeOf(value, interval) {
    const size = Math.abs(value);
    const half = interval ? (interval[1] - interval[0]) / 2 : 0;
    if (!Number.isFinite(size) || !Number.isFinite(half)) return 0;
    if (half > WIDE * size) return exponentOf(Math.max(size, half), 2) - 1;
    let place = size ? exponentOf(size, 3) - 2 : 0;
    if (size && half > 0) place = Math.max(Math.min(place, exponentOf(half, 1)), place - 3);
    return size >= 1000 ? Math.max(place, 0) : place;
  }

  /* A size rounded half up to a power of ten, as a plain decimal number. */
  function roundedTo(size, place) {
    if (place <= 0) return size.toFixed(-place);
    const figures = Number(size.toExponential(20).split("e")[1]) - place + 1;
    if (figures > 0) return Number(size.toPrecision(figures)).toFixed(0);
    return figures === 0 && size >= 5 * 10 ** (place - 1) ? (10 ** place).toFixed(0) : "0";
  }

  function write(value, place, style, signed) {
    const size = Math.abs(value);
    let digits, negative;
    if (!Number.isFinite(size) || size >= LARGEST_FIXED || place < FINEST) {
      digits = formatNumber(size, 1, null);
      negative = value < 0;
    } else {
      let text = roundedTo(size, place);
      if (/^\d+\.0+$/.test(text)) text = text.split(".")[0];
      if (text.includes(".")) text = text.padEnd(text.indexOf(".") + 1 + style.digits, "0");
      negative = value < 0 && /[1-9]/.test(text);
      digits = written(text, 4);
    }
    let [before, after] = negative ? style.negative : style.positive;
    if (signed && !negative && value > 0) {
      [before, after] = style.negative.map((end) => end.replace(locale.minus, "+"));
    }
    return before + digits + after;
  }

  /* A sum of money, rounded as far as it is known. `style` is what money_style(currency) gives
     for scripts, null for an estimate without a currency; `interval` [low, high] or null. */
  function formatMoney(value, style, interval, signed) {
    return write(value, placeOf(value, interval), style || PLAIN, signed);
  }

  function formatMoneyRange(low, high, style, signed) {
    const own = style || PLAIN;
    const width = high - low;
    const size = Math.max(Math.abs(low), Math.abs(high));
    let places;
    if (!Number.isFinite(width) || width <= 0) {
      places = [placeOf(low, null), placeOf(high, null)];
    } else if (width / 2 > WIDE * size) {
      const least = exponentOf(width, 2) - 2; // an end near zero is known no better than the other
      places = [low, high].map((end) => (end ? Math.max(exponentOf(Math.abs(end), 2) - 1, least) : least));
    } else {
      places = Array(2).fill(exponentOf(width, 2) - 1);
    }
    if (size >= 1000) places = places.map((place) => Math.max(place, 0));
    let [first, last] = [low, high].map((end, i) => write(end, places[i], own, signed));
    const [before, after] = own.positive;
    if (/\s$/.test(before) && last.startsWith(before)) last = last.slice(before.length);
    if (/^\s/.test(after) && first.endsWith(after)) first = first.slice(0, first.length - after.length);
    return first + " to " + last;
  }

  // ---- Reading -----------------------------------------------------------------------

  const PLAINLY = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
  const NOT_FINITE = new Map([
    ["nan", NaN], ["inf", Infinity], ["+inf", Infinity], ["-inf", -Infinity],
    ["infinity", Infinity], ["+infinity", Infinity], ["-infinity", -Infinity],
  ]);

  /* The number that a logged text stands for; undefined where it is none. */
  function logged(text) {
    const bare = text.trim();
    return PLAINLY.test(bare) ? Number(bare) : NOT_FINITE.get(bare.toLowerCase());
  }

  const escaped = (sign) => (/\s/.test(sign) ? "\\s" : /['’]/.test(sign) ? "['’]" : sign.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const group = escaped(locale.group);
  const [last, further] = locale.sizes;
  const AS_SHOWN = new RegExp(
    `^([+-]?)([1-9]\\d{0,${further - 1}}(?:${group}\\d{${further}})*${group}\\d{${last}}|\\d+)` +
      `(?:${escaped(locale.decimal)}(\\d+))?(e[+-]?\\d+)?$`, "i"
  );
  const GROUPS = new RegExp(group, "g");

  /* The number that a reader typed, as the page shows it or as it was logged; undefined where
     it is none. What could be both is taken as it is shown: 1.234 is a thousand in German. */
  function parse(text) {
    const bare = text.trim().replace(/[\u200e\u200f]/g, "").replace(/−/g, "-");
    const found = AS_SHOWN.exec(bare);
    if (!found) return logged(bare);
    const [, sign, whole, rest, exponent] = found;
    const digits = whole.replace(GROUPS, "");
    if (exponent && digits !== whole) return logged(bare); // 2.500e-3 has no thousands
    return Number(sign + digits + (rest === undefined ? "" : "." + rest) + (exponent || ""));
  }

  runfolio.numbers = {
    formatNumber, formatExact, formatCount, formatPercent, formatMoney, formatMoneyRange,
    localized, withUnit, logged, parse,
  };
})();
