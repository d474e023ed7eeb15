namespace UniRep.Testing

open System.Globalization

/// Cultures for tests of what is written.
[<RequireQualifiedAccess>]
module Culture =
    /// Computes where a decimal point is a comma, groups are parted by points, and a minus is `~`.
    let inAnother compute =
        let before = CultureInfo.CurrentCulture
        let other = CultureInfo("", false)
        other.NumberFormat.NumberDecimalSeparator <- ","
        other.NumberFormat.NumberGroupSeparator <- "."
        other.NumberFormat.NegativeSign <- "~"

        try
            CultureInfo.CurrentCulture <- other
            compute ()
        finally
            CultureInfo.CurrentCulture <- before
