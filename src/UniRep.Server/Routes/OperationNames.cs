using System.Text;

namespace UniRep.Server.Routes;

/// <summary>The names of operations, of which generators make the names of methods.</summary>
internal static class OperationNames
{
    /// <summary>Joins the method and the words of the path: <c>postV1Embeddings</c>, <c>getV2ModelsModelReady</c>.</summary>
    public static string Of(string method, string path)
    {
        var name = new StringBuilder(method.ToLowerInvariant());
        foreach (
            var word in path.Split(
                ['/', '{', '}', '_', '-', '.'],
                StringSplitOptions.RemoveEmptyEntries
            )
        )
        {
            name.Append(char.ToUpperInvariant(word[0])).Append(word, 1, word.Length - 1);
        }

        return name.ToString();
    }
}
