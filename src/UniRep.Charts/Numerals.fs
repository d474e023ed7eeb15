namespace UniRep.Charts

open System
open System.Globalization
open UniRep

/// Numbers as text, the same wherever the program runs.
[<RequireQualifiedAccess>]
module internal Numerals =
    let private invariant (format: string) (value: float) =
        value.ToString(format, CultureInfo.InvariantCulture)

    let private superscript (exponent: int) =
        let raised (digit: char) =
            if digit = '-' then
                '⁻'
            else
                "⁰¹²³⁴⁵⁶⁷⁸⁹"[int digit - int '0']

        String.map raised (string exponent)

    /// A power of ten: 10⁻³.
    let powerOfTen exponent = "10" + superscript exponent

    let private exponentOf (value: float) =
        // The text knows the exponent after rounding: 9.99999 is 1.0000E+001 in five digits.
        let text = invariant "E4" value
        int text[text.IndexOf 'E' + 1 ..]

    let private typeset (text: string) = text.Replace('-', '−')

    let private plain decimals (value: float) =
        let rounded = Math.Round(value, min decimals 15) + 0.0
        let kind = if abs rounded >= 10_000.0 then "N" else "F"
        typeset (invariant $"{kind}{decimals}" rounded)

    let private scientific decimals (value: float) =
        if value = 0.0 then
            "0"
        else
            let exponent = exponentOf value

            let mantissa =
                if exponent < -300 then
                    value * 1e300 / 10.0 ** float (exponent + 300)
                else
                    value / 10.0 ** float exponent

            $"{plain decimals mantissa}×{powerOfTen exponent}"

    let private withoutZeros (text: string) =
        if text.Contains '.' then
            text.TrimEnd('0').TrimEnd('.')
        else
            text

    /// A value in five significant digits.
    let value (value: float) =
        if Double.IsNaN value then
            "not a number"
        elif Double.IsInfinity value then
            if value > 0.0 then "∞" else "−∞"
        elif value = 0.0 then
            "0"
        else
            let exponent = exponentOf value

            if exponent < -4 || exponent >= 6 then
                let text = scientific 4 value
                let at = text.IndexOf '×'
                withoutZeros text[.. at - 1] + text[at..]
            else
                withoutZeros (plain (max 0 (4 - exponent)) value)

    /// A tick, with as many digits as it takes to differ from its neighbours, one step of 10^power times 1, 2 or 5 away. The
    /// largest magnitude of the axis decides how all of its ticks are written.
    let tick (power: int) (largest: float) (value: float) =
        if largest >= 1e6 || power < -4 then
            scientific (if value = 0.0 then 0 else max 0 (exponentOf value - power)) value
        else
            plain (max 0 -power) value
