using System.Text;

namespace UniRep.Cli.Tests;

/// <summary>Relatives of one protein: a few letters of it changed.</summary>
internal static class Relatives
{
    public static string Fasta(int count, int length, int seed)
    {
        const string Letters = "ACDEFGHIKLMNPQRSTVWY";
        var random = new Random(seed);
        var ancestor = Enumerable.Range(0, length).Select(_ => Letters[random.Next(20)]).ToArray();
        var text = new StringBuilder();
        for (var relative = 0; relative < count; relative++)
        {
            var letters = ancestor[..(length - random.Next(length / 3))];
            for (var change = 0; change < length / 10; change++)
            {
                letters[random.Next(letters.Length)] = Letters[random.Next(20)];
            }

            text.Append('>').Append(relative).Append('\n').Append(letters).Append('\n');
        }

        return text.ToString();
    }
}
