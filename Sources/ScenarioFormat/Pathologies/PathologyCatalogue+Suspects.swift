package import Diagnosis

extension PathologyCatalogue {
    /// Every pathology that can be recognized, with its signs.
    package var suspects: [Suspect] {
        pathologies.compactMap { pathology in
            guard let recognition = recognition(of: pathology) else { return nil }
            return Suspect(
                name: pathology.name, recognition: recognition, priority: pathology.priority,
                neighbours: Set(pathology.tellApart.map(\.name)))
        }
    }

    /// Its own signs, or those of the pathology that it is like.
    package func recognition(of pathology: Pathology) -> Recognition? {
        guard let own = pathology.recognition, let like = own.like else {
            return pathology.recognition
        }
        // One step is enough: what another one is like has signs of its own.
        guard let other = self[like]?.recognition, other.like == nil else { return nil }
        return Recognition(signs: other.signs, like: like)
    }
}
