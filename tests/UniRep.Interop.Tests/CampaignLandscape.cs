using System.Globalization;

namespace UniRep.Interop.Tests;

/// <summary>A short protein whose single mutants are all measured, and a lab that fills plates.</summary>
internal static class CampaignLandscape
{
    public const string WildType = "MKTAYI";
    private const string Residues = "ACDEFGHIKLMNPQRSTVWY";

    /// <summary>A measurement that depends on the letters alone.</summary>
    private static double Value(string sequence) =>
        sequence.Count(letter => letter == 'W') - sequence.Sum(letter => (double)letter) / 1000;

    /// <summary>Fills the column of the lab in the table of a round.</summary>
    public static void Fill(CampaignRound round)
    {
        var lines = File.ReadAllLines(round.File);
        File.WriteAllLines(
            round.File,
            lines.Select(
                (line, index) =>
                    index == 0
                        ? line
                        : line
                            + Value(line.Split(',')[1]).ToString("R", CultureInfo.InvariantCulture)
            )
        );
    }

    /// <summary>Every single mutant of the wild type, and what is measured of it.</summary>
    public static (string[] Sequences, double[] Values) Measured()
    {
        string[] sequences =
        [
            .. from at in Enumerable.Range(0, WildType.Length)
            from letter in Residues
            where letter != WildType[at]
            select $"{WildType[..at]}{letter}{WildType[(at + 1)..]}",
        ];
        return (sequences, [.. sequences.Select(Value)]);
    }
}
