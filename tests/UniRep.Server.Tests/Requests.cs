namespace UniRep.Server.Tests;

/// <summary>Sequences and bodies that tests share, and what the library computes of them.</summary>
internal static class Requests
{
    public const string First = "MKTAYIAKQR";
    public const string Second = "MSKGEELFTGVVPILVELDG";

    public static Sequence Parse(string letters) => SequenceModule.parse(letters).ResultValue;

    public static Rep RepOf(string letters) =>
        ModelModule.represent(TestServer.Model, Parse(letters));

    /// <summary>The states after each residue, a row each.</summary>
    public static float[][] StatesOf(string letters)
    {
        var states = ModelModule.hiddenStates(TestServer.Model, Parse(letters));
        return
        [
            .. Enumerable
                .Range(1, letters.Length)
                .Select(row =>
                    Enumerable
                        .Range(0, states.GetLength(1))
                        .Select(column => states[row, column])
                        .ToArray()
                ),
        ];
    }

    /// <summary>A body for /v1/embeddings.</summary>
    public static string Embeddings(string input, string more = "") =>
        $$"""{"model":"open-256","input":{{input}}{{more}}}""";

    /// <summary>So many sequences without a common beginning, as a JSON array: none shares its work with another.</summary>
    public static string Different(int count, int length, int seed = 1)
    {
        var random = new Random(seed);
        return Array([
            .. Enumerable
                .Range(0, count)
                .Select(_ => random.GetString("ACDEFGHIKLMNPQRSTVWY", length)),
        ]);
    }

    /// <summary>Sequences as a JSON array.</summary>
    public static string Array(params string[] sequences) =>
        $"[{string.Join(',', sequences.Select(sequence => $"\"{sequence}\""))}]";
}
